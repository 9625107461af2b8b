# One folder under src/ is one room: one static library purser_<room> (purser::<room>), with its
# tests, benchmarks and fuzzers beside the sources. src/<room>/CMakeLists.txt says
#
#   purser_room(meter
#     SOURCES usage.cc spool.cc          # headers need no mention
#     TESTS usage_test.cc spool_test.cc  # one GoogleTest program, meter_test
#     BENCHES spool_bench.cc             # one Google Benchmark program, meter_bench
#     FUZZERS spool_fuzz.cc              # one libFuzzer program each, named after the file; without
#                                        # libFuzzer a test of some inputs (base/fuzz_main.cc)
#     ROOMS base store                   # doors it uses; cmake/doors.txt says which it may
#     LINKS fmt::fmt                     # libraries its headers show
#     PRIVATE_LINKS ZLIB::ZLIB           # libraries only its .cc files and tests see
#     PCH <torch/torch.h>                # a precompiled header, where one pays
#     TORCH)                             # links LibTorch, behind the door, few files at a time
#
# and for a program
#
#   purser_program(purser-train SOURCES train_main.cc ROOMS train cli LINKS CLI11::CLI11)

include(GoogleTest)

# The rooms that build and run fast enough to be tested under sanitizers every time.
set(PURSER_FAST_ROOMS base money store books meter cost budget graph)

set(PURSER_ROOMS "")
set(PURSER_DOORS_FILE "${CMAKE_SOURCE_DIR}/cmake/doors.txt")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PURSER_DOORS_FILE}")
file(STRINGS "${PURSER_DOORS_FILE}" _door_lines REGEX "^room ")
foreach(_line IN LISTS _door_lines)
  string(REGEX MATCH "^room ([a-z]+):(.*)$" _ "${_line}")
  set(_room "${CMAKE_MATCH_1}")
  string(REGEX MATCHALL "[a-z*]+" _direct "${CMAKE_MATCH_2}")
  if(_direct STREQUAL "*")
    set(_direct "${PURSER_ROOMS}")
  endif()
  set(PURSER_DOORS_${_room} "")
  foreach(_other IN LISTS _direct)
    if(NOT _other IN_LIST PURSER_ROOMS)
      message(FATAL_ERROR "cmake/doors.txt: '${_room}' looks into '${_other}', which is not above it")
    endif()
    list(APPEND PURSER_DOORS_${_room} ${_other} ${PURSER_DOORS_${_other}})
  endforeach()
  list(REMOVE_DUPLICATES PURSER_DOORS_${_room})
  list(APPEND PURSER_ROOMS ${_room})
endforeach()

# The libraries without which a room is left out.
set(PURSER_NEEDS_graph purser::onnx)
if(NOT PURSER_FUZZ)  # of whose fuzzers none needs it
  set(PURSER_NEEDS_train purser::torch)
endif()
set(PURSER_NEEDS_runtime purser::ort)
set(PURSER_NEEDS_optimize purser::torch purser::ort)
set(PURSER_NEEDS_serve purser::ort)

function(purser_add_rooms)
  foreach(room IN LISTS PURSER_ROOMS)
    set(missing "")
    foreach(library IN LISTS PURSER_NEEDS_${room})
      if(NOT TARGET ${library})
        list(APPEND missing ${library})
      endif()
    endforeach()
    if(EXISTS "${CMAKE_SOURCE_DIR}/src/${room}/CMakeLists.txt" AND NOT missing)
      add_subdirectory("src/${room}")
    endif()
  endforeach()
endfunction()

# Links `target` to rooms, after asking the doors. `who` is a room, or a program (which is cli's).
function(_purser_link_rooms target visibility who)
  foreach(other IN LISTS ARGN)
    if(NOT other IN_LIST PURSER_DOORS_${who} AND NOT other STREQUAL who)
      message(FATAL_ERROR "'${who}' may not look into '${other}' (cmake/doors.txt)")
    endif()
    if(NOT TARGET purser_${other})
      message(FATAL_ERROR "'${who}' looks into '${other}', which does not exist in this build")
    endif()
    target_link_libraries(${target} ${visibility} purser_${other})
  endforeach()
endfunction()

function(_purser_precompile target)
  if(ARGN)
    target_precompile_headers(${target} PRIVATE ${ARGN})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -fpch-preprocess)  # or ccache cannot cache
    endif()
  endif()
endfunction()

function(purser_room name)
  cmake_parse_arguments(PARSE_ARGV 1 R "TORCH" ""
    "SOURCES;TESTS;BENCHES;FUZZERS;ROOMS;LINKS;PRIVATE_LINKS;PCH")
  if(R_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "purser_room(${name}): what is '${R_UNPARSED_ARGUMENTS}'?")
  endif()
  if(NOT name IN_LIST PURSER_ROOMS)
    message(FATAL_ERROR "purser_room(${name}): no such room in cmake/doors.txt")
  endif()
  if(R_TORCH)
    list(APPEND R_PRIVATE_LINKS purser::torch)
  endif()

  add_library(purser_${name} STATIC ${R_SOURCES})
  add_library(purser::${name} ALIAS purser_${name})
  set_target_properties(purser_${name} PROPERTIES LINKER_LANGUAGE CXX)
  _purser_link_rooms(purser_${name} PUBLIC ${name} ${R_ROOMS})
  target_link_libraries(purser_${name} PUBLIC purser_compile ${R_LINKS} PRIVATE ${R_PRIVATE_LINKS})
  _purser_precompile(purser_${name} ${R_PCH})
  set(made purser_${name})

  if(R_TESTS AND PURSER_TESTS)
    add_executable(${name}_test ${R_TESTS})
    target_link_libraries(${name}_test PRIVATE purser_${name} ${R_PRIVATE_LINKS}
      GTest::gtest_main GTest::gmock rapidcheck rapidcheck_gtest)
    set(label unit)
    if(name IN_LIST PURSER_FAST_ROOMS)
      set(label unit-fast)  # one word: discovery cannot pass a list. ctest -L fast finds it.
      set_property(GLOBAL APPEND PROPERTY PURSER_FAST_TESTS ${name}_test)
    endif()
    if("purser::torch" IN_LIST R_PRIVATE_LINKS)
      # A second passes before LibTorch is loaded: all its tests share one process. Its threads spin
      # while they wait, so nothing else runs beside it.
      add_test(NAME "${name}" COMMAND ${name}_test)
      set_tests_properties("${name}" PROPERTIES LABELS ${label} TIMEOUT 600 RUN_SERIAL TRUE)
    else()
      gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
        TEST_PREFIX "${name}." PROPERTIES LABELS ${label} TIMEOUT 300)
    endif()
    list(APPEND made ${name}_test)
  endif()
  if(R_BENCHES AND PURSER_TESTS)
    purser_bench(${name}_bench SOURCES ${R_BENCHES} ROOMS ${name}
      LINKS ${R_PRIVATE_LINKS} benchmark::benchmark_main)
    list(APPEND made ${name}_bench)
  endif()
  if(PURSER_FUZZ OR PURSER_TESTS)
    foreach(file IN LISTS R_FUZZERS)
      get_filename_component(fuzzer "${file}" NAME_WE)
      add_executable(${fuzzer} ${file})
      target_link_libraries(${fuzzer} PRIVATE purser_${name} ${R_PRIVATE_LINKS})
      set_target_properties(${fuzzer} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
      set_property(GLOBAL APPEND PROPERTY PURSER_FUZZERS ${fuzzer})
      if(PURSER_FUZZ)
        target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
      else()  # without libFuzzer: some inputs as a test, so that no fuzzer is found broken when it is needed
        target_sources(${fuzzer} PRIVATE "${CMAKE_SOURCE_DIR}/src/base/fuzz_main.cc")
        add_test(NAME "fuzz.${fuzzer}" COMMAND ${fuzzer})
        set_tests_properties("fuzz.${fuzzer}" PROPERTIES LABELS unit TIMEOUT 120)
        list(APPEND made ${fuzzer})
      endif()
    endforeach()
  endif()
  if(R_TORCH)
    set_target_properties(${made} PROPERTIES JOB_POOL_COMPILE torch)
  endif()
endfunction()

# A program that users start: it is put into bin/ and may use every room, as cli may.
function(purser_program name)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "SOURCES;ROOMS;LINKS")
  add_executable(${name} ${P_SOURCES})
  _purser_link_rooms(${name} PRIVATE cli ${P_ROOMS})
  target_link_libraries(${name} PRIVATE purser_compile ${P_LINKS})
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# A benchmark: built by the target `benches`, not by a plain build; ./dev bench runs them all.
function(purser_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 B "" "" "SOURCES;ROOMS;LINKS")
  add_executable(${name} EXCLUDE_FROM_ALL ${B_SOURCES})
  foreach(room IN LISTS B_ROOMS)
    target_link_libraries(${name} PRIVATE purser_${room})
  endforeach()
  target_link_libraries(${name} PRIVATE purser_compile ${B_LINKS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/benches")
  set_property(GLOBAL APPEND PROPERTY PURSER_BENCHES ${name})
endfunction()

# Targets that mean many: `benches`, `fuzzers`, `fast_tests`.
function(purser_aggregate_targets)
  foreach(pair benches=PURSER_BENCHES fuzzers=PURSER_FUZZERS fast_tests=PURSER_FAST_TESTS)
    string(REPLACE "=" ";" pair "${pair}")
    list(GET pair 0 target)
    list(GET pair 1 property)
    get_property(members GLOBAL PROPERTY ${property})
    add_custom_target(${target} DEPENDS ${members})
  endforeach()
endfunction()
