"""The doctor as its users run it: a real process, real environments, Intel's real driver."""
