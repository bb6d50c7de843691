"""What the terminal shows, in Vietnamese, a module for each kind of screen. Prints what it is given."""
