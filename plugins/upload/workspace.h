// plugins/upload/workspace.h - where unfinished files lie: a hidden directory beside the finished
// ones, on the same file system, so that finishing one is a single rename.
#pragma once

#include "upload/directory.h"

namespace berth::upload {

// A file NAME that is not finished has its bytes in parts/NAME and its PartState in states/NAME,
// which is also the lock. No client's name begins with a dot, so none reaches in here.
struct Workspace {
    explicit Workspace(const Directory& published)
        : root(published.subdirectory(".berth-upload")),
          parts(root.subdirectory("parts")),
          states(root.subdirectory("states")) {}

    Directory root;
    Directory parts;
    Directory states;
};

}  // namespace berth::upload
