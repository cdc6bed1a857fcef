#include "page_writer.h"

#include "record_faults.h"

namespace polyhouse {

void PageWriter::Write(std::span<const RowNumber> page, std::string& out, ServedPage& served) {
  const std::size_t victim = fault_ && !page.empty() ? fault_->bits % page.size() : page.size();
  out += '[';
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (i > 0) out += ',';
    const std::size_t start = out.size();
    rows_.Render(page[i], options_, out);
    if (drift_) {
      out.replace(
          start, out.size() - start, ApplyDrift(std::string_view(out).substr(start), *drift_));
    }
    const bool is_victim = i == victim;
    if (is_victim && Has(FaultKind::kBadRecord)) {
      served.bad.push_back(BadRecord(std::string_view(out).substr(start), bad_number_));
      out.replace(start, out.size() - start, served.bad.back());
      continue;
    }
    const RecordVariant variant = VariantOf(is_victim);
    if (variant != RecordVariant::kPlain) {
      out.replace(
          start, out.size() - start, ApplyVariant(std::string_view(out).substr(start), variant));
    }
    served.records.push_back({page[i], options_, variant, drift_});
    if (is_victim && Has(FaultKind::kDuplicate)) {
      out += ',' + out.substr(start);
      served.records.push_back(served.records.back());
    }
  }
  out += ']';
}

RecordVariant PageWriter::VariantOf(bool is_victim) const {
  if (Has(FaultKind::kUnknownField)) return RecordVariant::kUnknownField;
  return is_victim && Has(FaultKind::kHuge) ? RecordVariant::kHuge : RecordVariant::kPlain;
}

}  // namespace polyhouse
