# CPU per line that goes over the disk.
add_executable(spill_bench EXCLUDE_FROM_ALL ${component_dir}/spill_bench.cpp)
target_link_libraries(spill_bench PRIVATE invar_components)
