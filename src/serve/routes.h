// Which paths the server answers: the Open Inference Protocol's, the repository index of its
// extension, and /metrics.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace purser::serve {

enum class Endpoint : std::uint8_t {
  kServerMetadata,   // GET  /v2
  kLive,             // GET  /v2/health/live
  kReady,            // GET  /v2/health/ready
  kRepositoryIndex,  // POST /v2/repository/index
  kModelMetadata,    // GET  /v2/models/NAME[/versions/VERSION]
  kModelReady,       // GET  /v2/models/NAME[/versions/VERSION]/ready
  kInfer,            // POST /v2/models/NAME[/versions/VERSION]/infer
  kMetrics,          // GET  /metrics
};

// Where a request goes: an endpoint, or the status and sentence that refuse it (404, 405).
struct Route {
  int status = 200;
  Endpoint endpoint = Endpoint::kLive;
  std::string message;
};
// For a server of one model in one version.
Route route(std::string_view method, std::string_view path, std::string_view model,
            std::string_view version);

}  // namespace purser::serve
