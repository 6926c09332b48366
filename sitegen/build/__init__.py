"""The last station before a host: finished pages become a folder of files, safely."""
