// host/config/foreign_keys.h - keys as other servers call them, and what Berth calls the same.
#pragma once

#include <string>
#include <string_view>

namespace berth::host {

// What to write in place of a key of xinetd, nginx, haproxy, uWSGI, systemd or socketserver in a
// section [service:NAME], such as `berth calls it "listen"`; empty for every other word.
[[nodiscard]] std::string foreignServiceKey(std::string_view key);
// The same for the sections [host] and [control].
[[nodiscard]] std::string foreignHostKey(std::string_view key);

}  // namespace berth::host
