// tests/fuzz/model/command_tree.h - a folder with everything that a path can meet on its way.
#pragma once

#include "fuzz/model/folder.h"

namespace berth::fuzz {

// Commands are confined to `tree`; what lies beside it is out of reach.
[[nodiscard]] inline Entry commandFolder() {
    using E = Entry;
    const auto deep = E::folder(
        {{"c.txt", E::file("see")}, {"up", E::link("../..")}, {"out", E::link("../../../secret")}});
    return E::folder(
        {{"secret", E::file("secret")},
         {"tree", E::folder({{"a", E::folder({{"b", deep}, {"a.txt", E::file("ay")}})},
                             {"-n", E::file("dash")},
                             {"in", E::link("a/b")},
                             {"text", E::link("a/a.txt")},
                             {"nowhere", E::link("a/none")},
                             {"loop", E::link("loop")},
                             {"etc", E::link("/etc")},
                             {"parts", E::link(".berth-upload/parts")},
                             {".berth-upload", E::folder({{"parts", E::folder({})}})}})}});
}

}  // namespace berth::fuzz
