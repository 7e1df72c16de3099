// kit/client_steps.cpp
#include "kit/client_steps.h"

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace berth::kit {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kCrowd = 50;
constexpr std::size_t kVisits = 10;
constexpr std::size_t kGarbage = std::size_t{64} * 1024;
constexpr std::size_t kLongLine = std::size_t{1} << 20;
constexpr std::size_t kMostSlow = 40;  // bytes that are sent one by one
constexpr milliseconds kBetweenBytes{5};
constexpr milliseconds kMoment{50};  // for an answer that nobody waits for
constexpr milliseconds kDeafTime{500};

std::size_t talk(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    for (int i = 0; i < 3; ++i) {
        client.send(plan.request, plan.patience);
        client.listen(kMoment);
    }
    client.finishSending();
    client.listen(plan.patience);
    return 1;
}

std::size_t dribble(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    for (const char& byte : plan.request.substr(0, kMostSlow)) {
        if (!client.send({&byte, 1}, plan.patience)) break;
        client.listen(kBetweenBytes);
    }
    client.finishSending();
    client.listen(plan.patience);
    return 1;
}

std::size_t saysNothing(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    client.finishSending();
    client.listen(plan.patience);
    return 1;
}

std::size_t endsInTheMiddle(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    client.send(plan.request.substr(0, (plan.request.size() + 1) / 2), plan.patience);
    client.finishSending();
    client.listen(plan.patience);
    return 1;
}

std::size_t resetsInTheMiddle(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    client.send(plan.request, plan.patience);
    client.send(plan.request.substr(0, (plan.request.size() + 1) / 2), plan.patience);
    client.listen(kMoment);
    client.reset();
    return 1;
}

std::size_t sendAndLeave(std::uint16_t port, std::string_view bytes) {
    Client client(port);
    client.send(bytes, kDeafTime);  // a service need not take all of it
    client.finishSending();
    client.listen(kMoment);
    return 1;
}

std::size_t garbage(std::uint16_t port, const TestPlan& plan) {
    std::mt19937_64 random(plan.seed);
    for (std::size_t i = 0; i < kVisits; ++i) {
        std::string bytes(1 + random() % kGarbage, '\0');
        for (auto& byte : bytes) byte = static_cast<char>(random());
        sendAndLeave(port, bytes);
    }
    return kVisits;
}

std::size_t longLine(std::uint16_t port, const TestPlan&) {
    return sendAndLeave(port, std::string(kLongLine, 'a'));
}

std::size_t zeros(std::uint16_t port, const TestPlan&) {
    return sendAndLeave(port, std::string(kGarbage, '\0'));
}

std::size_t comesAndGoes(std::uint16_t port, const TestPlan&) {
    for (std::size_t i = 0; i < kVisits; ++i) Client(port).close();
    return kVisits;
}

std::size_t crowd(std::uint16_t port, const TestPlan& plan) {
    std::vector<Client> clients;
    clients.reserve(kCrowd);
    while (clients.size() < kCrowd) clients.emplace_back(port);
    for (auto& client : clients) client.send(plan.request, plan.patience);
    for (auto& client : clients) client.finishSending();
    const auto deadline = Client::Clock::now() + plan.patience;
    for (auto& client : clients) {
        client.listen(std::chrono::ceil<milliseconds>(deadline - Client::Clock::now()));
    }
    return kCrowd;
}

// Until the service has so much to say that it waits for this client.
void sendUntilItWaits(Client& client, const TestPlan& plan) {
    std::string requests;
    while (requests.size() < kGarbage) requests += plan.request;
    const auto end = Client::Clock::now() + kDeafTime;
    while (Client::Clock::now() < end && client.sendDeaf(requests, kMoment)) continue;
}

std::size_t neverReads(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    sendUntilItWaits(client, plan);
    return 1;
}

constexpr std::array kSteps{
    ClientStep{"exchange", true, talk},
    ClientStep{"slow", true, dribble},
    ClientStep{"half-close at once", true, saysNothing},
    ClientStep{"half-close in the middle", true, endsInTheMiddle},
    ClientStep{"reset in the middle", true, resetsInTheMiddle},
    ClientStep{"garbage", false, garbage},
    ClientStep{"long line", false, longLine},
    ClientStep{"zeros", false, zeros},
    ClientStep{"connect and leave", true, comesAndGoes},
    ClientStep{"50 at once", true, crowd},
    ClientStep{"never reads", true, neverReads},
};

}  // namespace

std::span<const ClientStep> clientSteps() noexcept {
    return kSteps;
}

Client staySilent(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    client.send(plan.request, plan.patience);
    client.listen(kMoment);
    return client;
}

Client stayDeaf(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    sendUntilItWaits(client, plan);
    return client;
}

bool isServed(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    client.send(plan.request, plan.patience);
    client.finishSending();
    return client.hears(plan.patience);
}

void exchange(std::uint16_t port, const TestPlan& plan) {
    Client client(port);
    client.send(plan.request, plan.patience);
    client.finishSending();
    client.listen(plan.patience);
}

}  // namespace berth::kit
