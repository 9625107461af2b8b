# How every file of ours is compiled: language, warnings, sanitizers, cache, linker.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# No -march: a binary must start on every machine of a fleet. Kernels choose at run time.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# Linked by our own targets only, so that other people's headers keep their own warnings.
add_library(purser_compile INTERFACE)
target_include_directories(purser_compile INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(purser_compile INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)

if(PURSER_SANITIZE)
  add_compile_options(-fsanitize=${PURSER_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PURSER_SANITIZE})
  if(PURSER_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  # g++ 12 at -O1 and above reports overflows that are not there once checks are woven in.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(purser_compile INTERFACE -Wno-error=maybe-uninitialized
      -Wno-error=stringop-overflow -Wno-error=array-bounds)
  endif()
endif()

# Two checkouts of the same file must share one entry of the cache: paths under the checkout count
# as relative ones, and the folder of the build does not count.
find_program(PURSER_CCACHE ccache)
if(PURSER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${PURSER_CCACHE})
endif()

find_program(PURSER_MOLD mold)
if(PURSER_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# A file that includes LibTorch takes 1.4 GB of memory to compile.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS torch=2)
