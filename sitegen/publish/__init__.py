"""The last station of the line: the finished folder is brought to where readers are, safely and only what changed."""
