"""Whether a model runs on a device: its files are read, its parts are counted in bytes, and both are held against the device."""
