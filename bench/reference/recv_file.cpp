// bench/reference/recv_file.cpp - stores what clients upload, with recv and write in a loop.
//
// usage: recv_file PORT FOLDER    PORT 0 takes a free one, which is printed
//
// One client after the other. It answers the header of a `put`, takes as many bytes as the header
// says, syncs the file, gives it its name and syncs the folder, as the upload service does; a
// digest is looked at by nobody.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/descriptor.h"
#include "bench/reference/listener.h"

namespace {

using berth::bench::Descriptor;
using berth::bench::die;

constexpr std::size_t kBufferSize = std::size_t{256} * 1024;
constexpr std::string_view kReady = "{\"status\":200,\"offset\":0}\n";

struct Header {
    std::size_t size = 0;  // its own bytes
    std::string fileName;
    std::uint64_t fileSize = 0;
};

// What stands behind `name` and a colon; it knows how berth-drive writes a header.
std::string_view valueOf(std::string_view header, std::string_view name) {
    const auto at = header.find(name);
    return at == std::string_view::npos ? "" : header.substr(at + name.size());
}

Header parse(std::string_view text) {
    Header header;
    header.size = text.size();
    auto name = valueOf(text, "\"filename\":\"");
    header.fileName = name.substr(0, name.find('"'));
    header.fileSize = std::strtoull(valueOf(text, "\"file_size\":").data(), nullptr, 10);
    return header;
}

// Receives into the buffer until a header is whole; false when the client is gone. `held` counts
// what the buffer then holds.
bool receiveHeader(int client, std::vector<char>& buffer, std::size_t& held, Header& header) {
    for (;;) {
        const std::string_view text(buffer.data(), held);
        const auto brace = text.find('}');
        const bool endsALine = text.find("\"sha256\":") < brace;
        if (brace != std::string_view::npos && (!endsALine || brace + 1 < text.size())) {
            header = parse(text.substr(0, brace + 1));
            if (text.substr(brace + 1).starts_with('\n')) ++header.size;
            return true;
        }
        const auto received = ::recv(client, buffer.data() + held, buffer.size() - held, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return false;
        held += static_cast<std::size_t>(received);
    }
}

void writeAll(int file, std::span<const char> bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0) die("write");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

// Stores `left` bytes; false when the client ends before.
bool receiveContent(int client, int file, std::vector<char>& buffer, std::uint64_t left) {
    while (left != 0) {
        const auto room = std::min<std::uint64_t>(left, buffer.size());
        const auto received = ::recv(client, buffer.data(), static_cast<std::size_t>(room), 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return false;
        const auto count = static_cast<std::size_t>(received);
        writeAll(file, std::span(buffer).first(count));
        left -= count;
    }
    return true;
}

class Folder {
public:
    explicit Folder(const std::string& path)
        : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (!descriptor_.valid()) die(path.c_str());
    }

    // Serves one file. False when the client is gone.
    bool store(int client, std::vector<char>& buffer) {
        std::size_t held = 0;
        Header header;
        if (!receiveHeader(client, buffer, held, header) || header.fileName.empty()) return false;
        const auto part = path_ + "/.part";
        const Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640));
        if (!file.valid()) die(part.c_str());
        if (::send(client, kReady.data(), kReady.size(), MSG_NOSIGNAL) < 0) return false;
        auto front = std::span(buffer).first(held).subspan(header.size);
        front = front.first(std::min<std::uint64_t>(front.size(), header.fileSize));
        writeAll(file.number(), front);
        if (!receiveContent(client, file.number(), buffer, header.fileSize - front.size())) {
            return false;
        }
        publish(file.number(), part, path_ + '/' + header.fileName);
        return true;
    }

private:
    void publish(int file, const std::string& part, const std::string& name) const {
        if (::fsync(file) != 0) die("fsync");
        if (::rename(part.c_str(), name.c_str()) != 0) die("rename");
        if (::fsync(descriptor_.number()) != 0) die("fsync");
    }

    std::string path_;
    Descriptor descriptor_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: recv_file PORT FOLDER\n", stderr);
        return 64;
    }
    Folder folder(argv[2]);
    std::vector<char> buffer(kBufferSize);
    const int listener = berth::bench::listenOn(static_cast<std::uint16_t>(std::atoi(argv[1])));
    for (;;) {
        const Descriptor client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        while (client.valid() && folder.store(client.number(), buffer)) {
        }
    }
}
