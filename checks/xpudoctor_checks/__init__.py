"""The built-in knowledge of xpudoctor: its first plug-in. One topic is one table and, where needed, a module of the same name."""
