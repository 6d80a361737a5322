# The stages of loki.process: a file in stages/ that defines kStage is one.
file(GLOB process_stages CONFIGURE_DEPENDS ${component_dir}/stages/*.cpp)
list(FILTER process_stages EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
invar_index(${CMAKE_CURRENT_BINARY_DIR}/process_stages.cpp ${CMAKE_CURRENT_SOURCE_DIR} "src/components/loki/process/stage.h"
            loki_process::StageSpec kStage loki_process_stages ${process_stages})
list(APPEND component_sources ${CMAKE_CURRENT_BINARY_DIR}/process_stages.cpp)
find_library(MAXMINDDB_LIBRARY maxminddb REQUIRED)
list(APPEND component_late_libraries ${MAXMINDDB_LIBRARY})  # stage.geoip

# ns and allocations per line of a pipeline; the test is that a line in steady state allocates nothing.
add_executable(process_bench EXCLUDE_FROM_ALL ${component_dir}/pipeline_bench.cpp)
target_link_libraries(process_bench PRIVATE invar_components)
