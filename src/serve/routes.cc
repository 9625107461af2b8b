#include "serve/routes.h"

#include <fmt/format.h>

namespace purser::serve {
namespace {

struct Fixed {
  std::string_view path;
  std::string_view method;
  Endpoint endpoint;
};
constexpr Fixed kFixed[] = {
    {"/v2", "GET", Endpoint::kServerMetadata},
    {"/v2/health/live", "GET", Endpoint::kLive},
    {"/v2/health/ready", "GET", Endpoint::kReady},
    {"/v2/repository/index", "POST", Endpoint::kRepositoryIndex},
    {"/metrics", "GET", Endpoint::kMetrics},
};
// Behind /v2/models/NAME[/versions/VERSION].
constexpr Fixed kOfModel[] = {
    {"/infer", "POST", Endpoint::kInfer},
    {"", "GET", Endpoint::kModelMetadata},
    {"/ready", "GET", Endpoint::kModelReady},
};
constexpr std::string_view kModels = "/v2/models/";
constexpr std::string_view kVersions = "/versions/";

Route reach(std::string_view method, const Fixed& fixed) {
  if (method == fixed.method) return {200, fixed.endpoint, {}};
  return {405, fixed.endpoint, fmt::format("this path takes {}", fixed.method)};
}

// Takes one path segment off the front.
std::string_view take_segment(std::string_view& rest) {
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

}  // namespace

Route route(std::string_view method, std::string_view path, std::string_view model,
            std::string_view version) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (!path.starts_with(kModels)) {
    for (const Fixed& fixed : kFixed) {
      if (path == fixed.path) return reach(method, fixed);
    }
    return {
        404, {}, "no such path; GET /v2 tells who answers here, GET /v2/models/NAME what it takes"};
  }
  std::string_view rest = path.substr(kModels.size());
  const std::string_view name = take_segment(rest);
  if (name != model) {
    return {404, {}, fmt::format("no model '{}' here; this server has '{}'", name, model)};
  }
  if (rest.starts_with(kVersions)) {
    rest.remove_prefix(kVersions.size());
    const std::string_view asked = take_segment(rest);
    if (asked != version) {
      return {404,
              {},
              fmt::format("no version '{}' of model '{}' here; this server has '{}'", asked, model,
                          version)};
    }
  }
  for (const Fixed& fixed : kOfModel) {
    if (rest == fixed.path) return reach(method, fixed);
  }
  return {404, {}, fmt::format("a model has no '{}'; it has /infer and /ready", rest)};
}

}  // namespace purser::serve
