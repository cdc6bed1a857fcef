#include "engine/hostile_statements.h"

#include <array>

namespace polyhouse::engine {
namespace {

/// Puts `value` wherever `mark` stands.
std::string Fill(std::string text, const std::string& mark, const std::string& value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), value);
    at += value.size();
  }
  return text;
}

std::string Hex(const std::string& text) {
  constexpr std::array<char, 17> kDigits = {"0123456789abcdef"};
  std::string hex;
  for (const char letter : text) {
    hex += kDigits.at(static_cast<unsigned char>(letter) >> 4U);
    hex += kDigits.at(static_cast<unsigned char>(letter) & 15U);
  }
  return hex;
}

std::vector<std::string> Functions(Breadth breadth) {
  if (breadth == Breadth::kChoice) return {"file", "`fil\\x65`"};
  return {"file", "`file`", "\"file\"", "`fil\\x65`", "\"\\x66ile\"", "/**/file", "FILE"};
}

std::vector<std::string> Spellings(const std::string& path, Breadth breadth) {
  if (breadth == Breadth::kChoice) return {"'" + path + "'"};
  return {"'" + path + "'",
          "concat('" + path.substr(0, 3) + "', '" + path.substr(3) + "')",
          "unhex('" + Hex(path) + "')",
          "$tag$" + path + "$tag$"};
}

}  // namespace

std::vector<std::string> StatementsForFile(const std::string& path, Breadth breadth) {
  std::vector<std::string> statements;
  for (const std::string& function : Functions(breadth)) {
    for (const std::string& spelled : Spellings(path, breadth)) {
      for (const std::string form : {"SELECT F(P)",
                                     "SELECT toUInt64(F(P))",
                                     "SELECT throwIf(1, F(P))",
                                     "WITH (x -> F(x)) AS g SELECT g(P)",
                                     "WITH content AS (SELECT F(P) AS a) SELECT * FROM content",
                                     "SELECT arrayMap(F, [P])",
                                     "SELECT arrayMap(x -> F(x), [P])",
                                     "SELECT * APPLY(F) FROM (SELECT P AS a)",
                                     "SELECT * APPLY(x -> F(x)) FROM (SELECT P AS a)",
                                     "SELECT * REPLACE(F(a) AS a) FROM (SELECT P AS a)",
                                     "SHOW TABLES WHERE throwIf(1, F(P)) = 0",
                                     "SHOW COLUMNS FROM t WHERE F(P) != ''",
                                     "SELECT * FROM view(SELECT F(P))",
                                     "SELECT a FROM (SELECT 1 AS a) ORDER BY F(P)",
                                     "SELECT 1 WHERE F(P) LIKE throwIf(1, F(P))",
                                     "EXPLAIN SELECT F(P)",
                                     "SELECT F(P) FORMAT JSON"}) {
        statements.push_back(Fill(Fill(form, "F", function), "P", spelled));
      }
    }
    for (const std::string form : {"SELECT * FROM F(P, 'LineAsString')",
                                   "SELECT * FROM F(P, 'RawBLOB', 'a String')",
                                   "DESCRIBE TABLE F(P)",
                                   "INSERT INTO FUNCTION F(P, 'TSV', 'a String') SELECT 'x'",
                                   "SELECT * FROM `default`.`Q`",
                                   "SELECT * FROM `Q`",
                                   "SELECT * FROM merge('default', '.*passwd|.*secret')",
                                   "SELECT 1 IN `Q`",
                                   "DESCRIBE TABLE `Q`",
                                   "SHOW CREATE TABLE `Q`",
                                   "SELECT hasColumnInTable('default', P, 'a')",
                                   "SELECT joinGet(P, 'a', 1)",
                                   "SELECT dictGet(P, 'a', 1)"}) {
      statements.push_back(Fill(Fill(Fill(form, "F", function), "P", "'" + path + "'"), "Q", path));
    }
  }
  for (const std::string form : {"sqlite('P', 't')",
                                 "`sqlit\\x65`('P', 't')",
                                 "filesystem('P')",
                                 "eval('SELECT file(''P'')')",
                                 "eval(concat('SELECT fi', 'le(''P'')'))",
                                 "fileCluster('default', 'P', 'LineAsString')",
                                 "icebergLocal('P')",
                                 "deltaLakeLocal('P')",
                                 "paimonLocal('P')",
                                 "executable('cat P', 'LineAsString', 'a String')"}) {
    statements.push_back("SELECT * FROM " + Fill(form, "P", path));
    statements.push_back("DESCRIBE TABLE " + Fill(form, "P", path));
    statements.push_back("SELECT 1 WHERE 1 IN (SELECT 1 FROM " + Fill(form, "P", path) + ")");
  }
  return statements;
}

std::vector<std::string> StatementsForNetwork(std::uint16_t port) {
  std::vector<std::string> statements;
  for (const std::string host : {"127.0.0.1", "localhost", "name.that.is.looked.up.test"}) {
    const std::string at = host + ":" + std::to_string(port);
    for (const std::string form : {"url('http://AT/x', 'LineAsString', 'a String')",
                                   "`ur\\x6c`('http://AT/x', 'TSV', 'a String')",
                                   "urlCluster('default', 'http://AT/x', 'TSV', 'a String')",
                                   "s3('http://AT/bucket/key', 'CSV', 'a String')",
                                   "remote('AT', 'system', 'one')",
                                   "remoteSecure('AT', 'system', 'one')",
                                   "odbc('DSN=AT', 'd', 't')",
                                   "jdbc('jdbc:sqlite:AT', 't')",
                                   "mysql('AT', 'd', 't', 'u', 'p')",
                                   "postgresql('AT', 'd', 't', 'u', 'p')",
                                   "mongodb('AT', 'd', 'c', 'u', 'p', 'a String')",
                                   "redis('AT', 'k', 'k String, v String')",
                                   "hdfs('hdfs://AT/x', 'TSV', 'a String')",
                                   "azureBlobStorage('http://AT/x', 'c', 'b', 'a', 'a')",
                                   "iceberg('http://AT/bucket/key')",
                                   "deltaLake('http://AT/bucket/key')",
                                   "executable('curl AT', 'TSV', 'a String')"}) {
      statements.push_back("SELECT * FROM " + Fill(form, "AT", at));
      statements.push_back("DESCRIBE TABLE " + Fill(form, "AT", at));
    }
    statements.push_back("SELECT aiGenerate('http://" + at + "', 'x')");
    statements.push_back("INSERT INTO FUNCTION url('http://" + at +
                         "/x', 'TSV', 'a String') SELECT 'x'");
  }
  return statements;
}

}  // namespace polyhouse::engine
