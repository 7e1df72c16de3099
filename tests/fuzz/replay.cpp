// tests/fuzz/replay.cpp - runs a fuzz target over a folder of inputs, where there is no libFuzzer.
//
// usage: TARGET FOLDER [ROUNDS [BEGINNINGS]]
//
// Each file as it is, beginnings of it (all, unless told how many), and ROUNDS changes of it, the
// same ones at each run. The input that is run is in the file TARGET.input.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"

namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 200;  // for each file
constexpr std::size_t kAllBeginnings = SIZE_MAX;
constexpr int kMostChanges = 4;

std::string contents(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void run(const std::string& target, const std::string& input) {
    std::ofstream(target + ".input", std::ios::binary) << input;
    berth::fuzz::target(input);
}

class Mutator {
public:
    explicit Mutator(std::vector<std::string> inputs) : inputs_(std::move(inputs)) {}

    std::string changed(std::string text) {
        for (int change = 1 + number(kMostChanges); change > 0; --change) changeOnce(text);
        return text;
    }

private:
    int number(std::size_t below) {
        return static_cast<int>(random_() % static_cast<std::uint_fast32_t>(below));
    }

    std::size_t place(const std::string& text) {
        return static_cast<std::size_t>(number(text.size() + 1));
    }

    void changeOnce(std::string& text) {
        const auto at = place(text);
        const auto& other = inputs_[static_cast<std::size_t>(number(inputs_.size()))];
        switch (number(5)) {
            case 0:
                text.erase(at, static_cast<std::size_t>(1 + number(8)));
                break;
            case 1:
                text.insert(at, 1, static_cast<char>(number(256)));
                break;
            case 2:
                if (at < text.size()) text[at] = static_cast<char>(number(256));
                break;
            case 3:
                text.insert(at, text.substr(place(text), 16));
                break;
            default:
                text = text.substr(0, at) + other.substr(place(other));
        }
    }

    const std::vector<std::string> inputs_;
    std::mt19937 random_{20261129};
};

std::vector<std::string> inputsOf(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> inputs;
    for (const auto& file : files) inputs.push_back(contents(file));
    return inputs;
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 2) {
        std::cerr << "usage: " << arguments[0] << " FOLDER [ROUNDS [BEGINNINGS]]\n";
        return 64;
    }
    const int rounds = count > 2 ? std::stoi(arguments[2]) : kRounds;
    const std::size_t beginnings = count > 3 ? std::stoul(arguments[3]) : kAllBeginnings;
    const auto inputs = inputsOf(arguments[1]);
    if (inputs.empty()) {
        std::cerr << arguments[1] << " holds no input\n";
        return 66;
    }
    Mutator mutator(inputs);
    std::uint64_t runs = 0;
    for (const auto& input : inputs) {
        const auto step = 1 + input.size() / beginnings;
        for (std::size_t cut = 0; cut <= input.size(); cut += step, ++runs) {
            run(arguments[0], input.substr(0, input.size() - cut));
        }
        for (int round = 0; round < rounds; ++round, ++runs) {
            run(arguments[0], mutator.changed(input));
        }
    }
    std::cout << runs << " inputs\n";
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 70;
}
