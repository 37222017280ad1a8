"""What the reading process may use."""

MEMORY_BYTES_MAX = 1_200 * 1024**2
IDLE_SECONDS_MAX = 300
LOOK_SECONDS = 10
DRAW_SECONDS = 15
READ_SECONDS = 90
FILES_PER_PROCESS = 200  # then a new one starts, so that nothing a library leaks adds up
