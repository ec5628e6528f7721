"""What is seen on a live machine: one module a section, each safe against what it looks at."""
