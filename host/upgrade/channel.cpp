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

namespace berth::host {
namespace {

constexpr std::size_t kMostText = std::size_t{96} << 10;
constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(int) * UpgradeChannel::kMostDescriptors);

int millisecondsUntil(UpgradeChannel::Clock::time_point deadline) {
    using std::chrono::milliseconds;
    const auto left =
        std::chrono::ceil<milliseconds>(deadline - UpgradeChannel::Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
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
    for (;;) {
        if (::sendmsg(socket_.value(), &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return false;
        pollfd writable{socket_.value(), POLLOUT, 0};
        if (::poll(&writable, 1, millisecondsUntil(deadline)) == 0) return false;
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
    do {
        count = ::recvmsg(socket_.value(), &header, MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    auto descriptors = descriptorsOf(header);
    if (count < 1) return std::nullopt;
    text.resize(static_cast<std::size_t>(count));
    return Message{static_cast<UpgradeMessage>(text.front()), text.substr(1),
                   std::move(descriptors)};
}

UpgradeChannel::Wait UpgradeChannel::wait(Clock::time_point deadline, int wake) const {
    std::array<pollfd, 2> watched{pollfd{socket_.value(), POLLIN, 0}, pollfd{wake, POLLIN, 0}};
    for (;;) {
        const auto limit = millisecondsUntil(deadline);
        const auto ready = ::poll(watched.data(), watched.size(), limit);
        if (watched[1].revents != 0 && ready > 0) return Wait::Woken;
        if ((watched[0].revents & POLLIN) != 0 && ready > 0) return Wait::Readable;
        if (watched[0].revents != 0 && ready > 0) return Wait::Gone;
        if (Clock::now() >= deadline) return Wait::Time;
    }
}

}  // namespace berth::host
