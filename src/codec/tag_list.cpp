#include "codec/tag_list.h"

namespace polyhouse {

std::string JoinTags(const TagLabels& tags) {
  std::string joined;
  for (const std::string& label : tags.values) {
    if (!joined.empty()) joined += ';';
    for (char c : label) {
      if (c == ';' || c == '\\') joined += '\\';
      joined += c;
    }
  }
  return joined;
}

TagLabels SplitTags(std::string_view joined) {
  TagLabels tags;
  if (joined.empty()) return tags;
  std::string label;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    if (joined[i] == ';') {
      tags.values.push_back(std::move(label));
      label.clear();
      continue;
    }
    if (joined[i] == '\\' && i + 1 < joined.size()) ++i;
    label += joined[i];
  }
  tags.values.push_back(std::move(label));
  return tags;
}

}  // namespace polyhouse
