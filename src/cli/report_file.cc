#include "cli/report_file.h"

#include <fstream>
#include <string>

#include "web/page.h"

namespace purser::cli {

bool is_report(const std::filesystem::path& file) {
  std::string begin(2048, '\0');
  std::ifstream bytes(file, std::ios::binary);
  bytes.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return web::is_page(begin);
}

}  // namespace purser::cli
