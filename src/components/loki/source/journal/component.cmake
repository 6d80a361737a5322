find_library(SYSTEMD_LIBRARY systemd REQUIRED)
list(APPEND component_late_libraries ${SYSTEMD_LIBRARY})
