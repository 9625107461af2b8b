// What a verb may touch: the clock, the workspace, the standard streams. Nothing else of the world
// reaches a verb except through here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "cli/workspace.h"

namespace purser::cli {

class Context {
 public:
  Context(std::unique_ptr<Clock> clock, std::string who, std::string folder, std::string books,
          bool json)
      : clock_(std::move(clock)),
        who_(std::move(who)),
        folder_(std::move(folder)),
        books_(std::move(books)),
        json_(json) {}

  const Clock& clock() const { return *clock_; }
  const std::string& who() const { return who_; }        // whose deeds these are, for the books
  bool json() const { return json_; }                    // --json was given
  const std::string& folder() const { return folder_; }  // where to look for the workspace

  // The workspace around `folder()`, or an Error that says how to make one.
  Result<Workspace> workspace() const { return Workspace::find(folder_, books_); }

 private:
  std::unique_ptr<Clock> clock_;
  std::string who_;
  std::string folder_;
  std::string books_;
  bool json_;
};

// Writes the answer to stdout. All of it, or the error: a full disk or closed pipe is not ignored.
Status print(std::string_view text);

}  // namespace purser::cli
