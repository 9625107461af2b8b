// A SQLite database as a whole: copied page by page while others use it, and looked through.
//
// The copy is one state of the source, whoever writes meanwhile, and one transaction of the target:
// those who have it open see all of the new content or none. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace purser::store {

// Is told how many of all pages are done, often; an Error ends the copy and changes nothing.
using CopyProgress = std::function<Status(std::int64_t done, std::int64_t all)>;

// Puts what the file `from` holds into the file `to`, which is made if it is not there; what `to`
// held is gone. `locked` is called once nobody else can write into `to` any more and before a page
// of it changes: what is read of it then is the last that it was. What it or `progress` refuse ends
// the copy. After an error, kill -9 or power loss `to` is what it was; done, it is on the disk.
// Errors: kNotFound, kCorrupt (no database), kBusy (somebody writes into `to`), kIo.
Status copy_file(const std::string& from, const std::string& to, const CopyProgress& progress,
                 const std::function<Status()>& locked = {});

// Fails with kNotFound, with kInvalidInput if it is the database of another program, with kCorrupt
// if it is none at all. Writes nothing.
Status check_is_ours(const std::string& file);

// Reads every page and index; kCorrupt says what is wrong. Takes as long as reading the file.
Status check_pages(const std::string& file);

}  // namespace purser::store
