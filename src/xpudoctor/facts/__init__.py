"""What can be known about a machine: the sections of a snapshot, and what they are made of."""
