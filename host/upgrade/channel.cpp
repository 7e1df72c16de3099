// host/upgrade/channel.cpp - sendmsg(2) and recvmsg(2) with SCM_RIGHTS.
#include "host/upgrade/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <system_error>
#include <thread>

#include "host/base/own_descriptors.h"
#include "host/base/poll_or_pause.h"

namespace berth::host {
namespace {

constexpr std::size_t kMostText = std::size_t{96} << 10;
// For how long a message that could not be moved is tried again.
constexpr std::chrono::milliseconds kPause{10};
constexpr int kMostPauses = 100;
constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(int) * UpgradeChannel::kMostDescriptors);

int millisecondsUntil(UpgradeChannel::Clock::time_point deadline) {
    using std::chrono::milliseconds;
    const auto left =
        std::chrono::ceil<milliseconds>(deadline - UpgradeChannel::Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

// Each message counts: a process that missed its word would end, and so would the other. No memory
// may pass, and what a peer said before it was gone comes behind the word that it is.
bool isWorthAnotherTry(int& pauses) {
    if (errno == EINTR) return true;
    const bool mayPass = errno == ENOMEM || errno == ENOBUFS || errno == ECONNRESET;
    if (!mayPass || ++pauses > kMostPauses) return false;
    std::this_thread::sleep_for(kPause);
    return true;
}

std::vector<UniqueFd> descriptorsOf(msghdr& header) {
    std::vector<UniqueFd> result;
    for (auto* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const auto count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
            result.emplace_back(descriptor);
        }
    }
    return result;
}

}  // namespace

std::pair<UpgradeChannel, UpgradeChannel> UpgradeChannel::pair() {
    const own_descriptors::NoFork meanwhile;
    std::array<int, 2> ends{};
    // Message boundaries are kept, and the end of a process is seen.
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    return {UpgradeChannel(UniqueFd(ends[0])), UpgradeChannel(UniqueFd(ends[1]))};
}

bool UpgradeChannel::send(UpgradeMessage kind, std::string_view text,
                          const std::vector<int>& descriptors, Clock::time_point deadline) const {
    auto type = static_cast<char>(kind);
    std::string body(text.substr(0, kMostText));
    std::array<iovec, 2> parts{iovec{&type, 1}, iovec{body.data(), body.size()}};
    alignas(cmsghdr) std::array<char, kControlSize> control{};
    msghdr header{};
    header.msg_iov = parts.data();
    header.msg_iovlen = parts.size();
    if (!descriptors.empty()) {
        const auto bytes = std::as_bytes(std::span(descriptors)).size();
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(bytes);
        auto* part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(bytes);
        std::memcpy(CMSG_DATA(part), descriptors.data(), bytes);
    }
    for (int pauses = 0;;) {
        if (::sendmsg(socket_.value(), &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
        if (isWorthAnotherTry(pauses)) continue;
        if (errno != EAGAIN) return false;
        pollfd writable{socket_.value(), POLLOUT, 0};
        const auto ready = ::poll(&writable, 1, millisecondsUntil(deadline));
        if (ready == 0 || (ready < 0 && errno != EINTR)) return false;
    }
}

std::optional<UpgradeChannel::Message> UpgradeChannel::receive() const {
    std::string text(kMostText + 1, '\0');
    iovec part{text.data(), text.size()};
    alignas(cmsghdr) std::array<char, kControlSize> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t count = -1;
    int pauses = 0;
    do {
        count = ::recvmsg(socket_.value(), &header, MSG_CMSG_CLOEXEC);
    } while (count < 0 && isWorthAnotherTry(pauses));
    auto descriptors = descriptorsOf(header);
    if (count < 1) return std::nullopt;
    text.resize(static_cast<std::size_t>(count));
    return Message{static_cast<UpgradeMessage>(text.front()), text.substr(1),
                   std::move(descriptors)};
}

bool UpgradeChannel::ended() const noexcept {
    pollfd state{socket_.value(), POLLIN, 0};
    if (::poll(&state, 1, 0) <= 0) return false;
    char byte = 0;
    return ::recv(socket_.value(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

UpgradeChannel::Wait UpgradeChannel::wait(Clock::time_point deadline, int wake) const {
    std::array<pollfd, 2> watched{pollfd{socket_.value(), POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    for (;;) {
        const auto limit = millisecondsUntil(deadline);
        const auto ready = pollOrPause(watched, limit);
        if (watched[1].revents != 0 && ready > 0) return Wait::Woken;
        if ((watched[0].revents & POLLIN) != 0 && ready > 0) return Wait::Readable;
        if (watched[0].revents != 0 && ready > 0) return Wait::Gone;
        if (Clock::now() >= deadline) return Wait::Time;
    }
}

}  // namespace berth::host
