#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checks/finding.h"

namespace polyhouse {

// What checks have found: things that are wrong, and notes, which are not. Every one is counted; of
// each kind the first ten thousand are kept, so that a table that is empty does not fill the memory
// with what it lacks.

class Findings {
 public:
  static constexpr std::size_t kKeptOfEach = 10'000;

  void AddWrong(Finding finding) { Add(std::move(finding), /*wrong=*/true); }
  void AddNote(Finding finding) { Add(std::move(finding), /*wrong=*/false); }
  /// A number worth knowing, such as how many rows were compared.
  void SetFact(std::string_view name, std::uint64_t value) { facts_[std::string(name)] = value; }

  /// Zero when it was not set.
  std::uint64_t FactOf(std::string_view name) const;

  bool IsClean() const { return wrong_.empty(); }
  std::uint64_t wrong_count() const;
  std::uint64_t note_count() const;
  /// Those kept of the wrong ones of one kind; empty when there are none.
  const std::vector<Finding>& WrongOf(std::string_view kind) const;
  /// Drops what is wrong here and was not wrong in `before`: seen once, it may have been under way.
  void KeepOnlyWrongIn(const Findings& before);

  /// Drops what is wrong and of none of these kinds.
  void KeepKinds(std::span<const std::string_view> kinds);
  /// Takes in what another check has found.
  void Merge(const Findings& other);

  /// Keeps the facts alone, for another look.
  void ForgetFindings() {
    wrong_.clear();
    notes_.clear();
  }

  /// A table for people: facts, then every kind with its first few.
  std::string Text() const;
  /// {"clean":…,"facts":{…},"wrong":{KIND:{"count":…,"findings":[…]}},"notes":{…}}
  std::string Json() const;

 private:
  struct Kind {
    std::uint64_t count = 0;
    std::vector<Finding> kept;
  };
  using Kinds = std::map<std::string, Kind, std::less<>>;

  void Add(Finding finding, bool wrong);
  static std::uint64_t CountOf(const Kinds& kinds);
  static void AppendText(std::string& text, std::string_view weight, const Kinds& kinds);
  static void AppendJson(std::string& text, const Kinds& kinds);

  std::map<std::string, std::uint64_t> facts_;
  Kinds wrong_;
  Kinds notes_;
};

}  // namespace polyhouse
