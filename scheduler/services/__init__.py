"""Does. One public function is one step that a person or a bell takes."""
