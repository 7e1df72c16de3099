// host/upgrade/predecessors.cpp
#include "host/upgrade/predecessors.h"

#include <cstdlib>
#include <utility>

#include "host/upgrade/client_rows.h"

namespace berth::host {
namespace {

using Clock = UpgradeChannel::Clock;

}  // namespace

void Predecessors::add(Process process) {
    const detail::Lock lock(mutex_);
    processes_.push_back(std::move(process));
}

void Predecessors::forgetEnded() {
    std::erase_if(processes_, [](const Process& process) { return process.channel.ended(); });
}

std::optional<std::string> Predecessors::ask(const Process& process, const std::string& question,
                                             std::chrono::milliseconds patience,
                                             std::vector<std::string>* parts) {
    auto answer = talk(process, question, patience, parts);
    if (!answer && !process.channel.ended()) {
        log_.warning("process " + std::to_string(process.pid) +
                     ", which drains, does not answer: its clients are left out; try again");
    }
    return answer;
}

std::optional<std::string> Predecessors::talk(const Process& process, const std::string& question,
                                              std::chrono::milliseconds patience,
                                              std::vector<std::string>* parts) {
    const auto deadline = Clock::now() + patience;
    const auto number = std::to_string(++lastQuestion_) + ' ';
    const auto& channel = process.channel;
    if (!channel.send(UpgradeMessage::Question, number + question, {}, deadline)) {
        return std::nullopt;
    }
    while (channel.wait(deadline) == UpgradeChannel::Wait::Readable) {
        auto message = channel.receive();
        if (!message) return std::nullopt;
        if (!message->text.starts_with(number)) continue;  // too late for the question before
        auto text = message->text.substr(number.size());
        if (message->kind == UpgradeMessage::Answer) return text;
        if (parts != nullptr) parts->push_back(std::move(text));
    }
    return std::nullopt;
}

std::vector<long> Predecessors::pids() {
    const detail::Lock lock(mutex_);
    forgetEnded();
    std::vector<long> result;
    for (const auto& process : processes_) result.push_back(process.pid);
    return result;
}

std::vector<ConnectionStatus> Predecessors::connections(std::string_view service) {
    const detail::Lock lock(mutex_);
    forgetEnded();
    std::vector<ConnectionStatus> result;
    for (const auto& process : processes_) {
        std::vector<std::string> parts;
        static_cast<void>(ask(process, "connections " + std::string(service), kPatience, &parts));
        for (const auto& part : parts) {
            for (auto& connection : fromRows(part)) {
                connection.process = process.pid;
                result.push_back(std::move(connection));
            }
        }
    }
    return result;
}

std::optional<long> Predecessors::kill(std::uint64_t id) {
    const detail::Lock lock(mutex_);
    forgetEnded();
    for (const auto& process : processes_) {
        if (ask(process, "kill " + std::to_string(id), kCutPatience) == "1") return process.pid;
    }
    return std::nullopt;
}

std::size_t Predecessors::killService(std::string_view service) {
    const detail::Lock lock(mutex_);
    forgetEnded();
    std::size_t count = 0;
    for (const auto& process : processes_) {
        const auto answer = ask(process, "kill-service " + std::string(service), kCutPatience);
        if (answer) count += std::strtoul(answer->c_str(), nullptr, 10);
    }
    return count;
}

Predecessors::Passed Predecessors::passOn() {
    const detail::Lock lock(mutex_);
    forgetEnded();
    Passed passed;
    for (const auto& process : processes_) {
        passed.pids += std::to_string(process.pid) + '\n';
        passed.descriptors.push_back(process.channel.descriptor());
    }
    return passed;
}

}  // namespace berth::host
