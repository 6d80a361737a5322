#include <utility>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/strings.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

template <class Change>
Value each_rune(Run& run, std::string_view text, Change&& change) {
  Builder out(run);
  for (size_t length; !text.empty(); text.remove_prefix(length)) append_rune(out.raw(), change(decode_rune(text, length)));
  return out.done();
}

// strings.Title
Value title(Run& run, Values a) {
  const auto separates = [](char32_t rune) {
    if (rune < 0x80) return !((rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') || rune == '_');
    return !is_letter(rune) && !is_digit(rune) && is_space(rune);
  };
  char32_t before = ' ';
  return each_rune(run, a[0].text(), [&](char32_t rune) {
    const bool begins = separates(before);
    before = rune;
    return begins ? to_title(rune) : rune;
  });
}

Value untitle(Run& run, Values a) {
  bool begins = true;
  return each_rune(run, a[0].text(), [&](char32_t rune) {
    if (is_space(rune)) return begins = true, rune;
    return std::exchange(begins, false) ? to_lower(rune) : rune;
  });
}

Value swapcase(Run& run, Values a) {
  bool blank = true;
  return each_rune(run, a[0].text(), [&](char32_t rune) {
    if (is_upper(rune) || is_title(rune)) return blank = false, to_lower(rune);
    if (is_lower(rune)) return std::exchange(blank, false) ? to_title(rune) : to_upper(rune);
    blank = is_space(rune);
    return rune;
  });
}

// What follows is the way of xstrings.

bool is_connector(char32_t rune) { return rune == '-' || rune == '_' || is_space(rune); }

Value camelcase(Run& run, Values a) {
  std::string_view text = a[0].text();
  if (text.empty()) return a[0];
  Builder out(run);
  std::string& to = out.raw();
  char32_t rune = 0;
  bool first_upper = false;
  size_t length = 0;
  while (!text.empty()) {
    rune = decode_rune(text, length);
    text.remove_prefix(length);
    if (!is_connector(rune)) {
      first_upper = is_upper(rune);
      rune = to_upper(rune);
      break;
    }
    append_rune(to, rune);
  }
  if (text.empty()) {
    append_rune(to, rune);
    return out.done();
  }
  while (!text.empty()) {
    const char32_t before = rune;
    rune = decode_rune(text, length);
    text.remove_prefix(length);
    if (is_connector(rune) && is_connector(before)) {
      append_rune(to, before);
      continue;
    }
    if (is_connector(before)) {
      first_upper = is_upper(rune);
      rune = to_upper(rune);
      continue;
    }
    if (first_upper && is_upper(rune))
      rune = to_lower(rune);
    else
      first_upper = false;
    append_rune(to, before);
  }
  append_rune(to, rune);
  return out.done();
}

enum class Word : uint8_t { kInvalid, kNumber, kUpper, kAlphabet, kConnector, kPunctuation, kOther };

// Letters but Chinese ones.
bool is_alphabet(char32_t rune) {
  const bool chinese = (rune >= 0x4E00 && rune <= 0x9FCC) || (rune >= 0x3400 && rune <= 0x4D85) || (rune >= 0x20000 && rune <= 0x2B81D);
  return is_letter(rune) && !chinese;
}

/// The next rune that is well-formed, with what stands before it; `before` when there is none.
char32_t next_valid(std::string_view text, char32_t before, size_t& size) {
  size = 0;
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    size += length;
    if (rune != 0xFFFD) return rune;
  }
  return before;
}

struct Cut {
  Word type = Word::kInvalid;
  std::string_view word, rest;
};

template <class Belongs>
size_t take_while(std::string_view text, size_t offset, char32_t rune, Belongs&& belongs) {
  while (offset < text.size()) {
    size_t size;
    rune = next_valid(text.substr(offset), rune, size);
    if (!belongs(rune, size)) break;
    offset += size;
  }
  return offset;
}

size_t take_upper(std::string_view text, size_t offset, char32_t rune) {
  const auto is_small = [](char32_t r, size_t) { return is_alphabet(r) && !is_upper(r); };
  if (offset >= text.size()) return offset;
  size_t size;
  rune = next_valid(text.substr(offset), rune, size);
  if (!is_upper(rune)) return is_alphabet(rune) ? take_while(text, offset + size, rune, is_small) : offset;
  size_t last = size;
  offset += size;
  while (offset < text.size()) {
    rune = next_valid(text.substr(offset), rune, size);
    if (!is_upper(rune)) break;
    last = size;
    offset += size;
  }
  // Of HTTPStatus the S belongs to the next word.
  return offset < text.size() && is_alphabet(rune) ? offset - last : offset;
}

Cut next_word(std::string_view text) {
  if (text.empty()) return {};
  size_t size;
  const char32_t rune = next_valid(text, 0xFFFD, size);
  size_t end = size;
  Word type = Word::kInvalid;
  if (rune == 0xFFFD) {
  } else if (is_connector(rune)) {
    type = Word::kConnector;
    end = take_while(text, end, rune, [](char32_t r, size_t) { return is_connector(r); });
  } else if (is_punctuation(rune)) {
    type = Word::kPunctuation;
    end = take_while(text, end, rune, [](char32_t r, size_t) { return is_punctuation(r); });
  } else if (is_upper(rune)) {
    type = Word::kUpper;
    end = take_upper(text, end, rune);
  } else if (is_alphabet(rune)) {
    type = Word::kAlphabet;
    end = take_while(text, end, rune, [](char32_t r, size_t) { return is_alphabet(r) && !is_upper(r); });
  } else if (is_number(rune)) {
    type = Word::kNumber;
    end = take_while(text, end, rune, [](char32_t r, size_t) { return is_number(r); });
  } else {
    type = Word::kOther;
    end = take_while(text, end, rune, [](char32_t r, size_t length) {
      return length != 0 && !is_connector(r) && !is_alphabet(r) && !is_number(r) && !is_punctuation(r);
    });
  }
  return {type, text.substr(0, end), text.substr(end)};
}

void add_lower(std::string& to, Word type, std::string_view word, char32_t connector) {
  if (type != Word::kUpper && type != Word::kConnector) {
    to += word;
    return;
  }
  for (size_t length; !word.empty(); word.remove_prefix(length)) {
    const char32_t rune = decode_rune(word, length);
    append_rune(to, is_connector(rune) ? connector : is_upper(rune) ? to_lower(rune) : rune);
  }
}

Value lower_words(Run& run, std::string_view text, char32_t connector) {
  Builder out(run);
  std::string& to = out.raw();
  const auto joins = [](const Cut& cut) { return cut.type == Word::kConnector || cut.type == Word::kPunctuation; };
  const auto add_run = [&](Cut& cut) {
    for (; cut.type == Word::kAlphabet || cut.type == Word::kNumber; cut = next_word(cut.rest)) add_lower(to, cut.type, cut.word, connector);
    if (cut.type != Word::kInvalid && !joins(cut)) append_rune(to, connector);
  };
  Cut cut = next_word(text);
  while (!cut.rest.empty()) {
    run.step();
    if (cut.type != Word::kConnector) add_lower(to, cut.type, cut.word, connector);
    const Cut before = cut;
    cut = next_word(cut.rest);
    if (before.type == Word::kNumber) {
      add_run(cut);
    } else if (before.type == Word::kConnector) {
      add_lower(to, before.type, before.word, connector);
    } else if (before.type == Word::kPunctuation) {
    } else if (cut.type != Word::kNumber) {
      if (!joins(cut)) append_rune(to, connector);
    } else if (!cut.rest.empty()) {
      const std::string_view number = cut.word;
      cut = next_word(cut.rest);
      if (cut.type != Word::kAlphabet) {
        add_lower(to, Word::kNumber, number, connector);
        if (!joins(cut)) append_rune(to, connector);
      } else {
        append_rune(to, connector);
        add_lower(to, Word::kNumber, number, connector);
        add_run(cut);
      }
    }
  }
  add_lower(to, cut.type, cut.word, connector);
  return out.done();
}

Value snakecase(Run& run, Values a) { return lower_words(run, a[0].text(), '_'); }
Value kebabcase(Run& run, Values a) { return lower_words(run, a[0].text(), '-'); }

constexpr Function kFunctions[] = {
    {"camelcase", "s", camelcase}, {"kebabcase", "s", kebabcase}, {"lower", "s", call_lower}, {"snakecase", "s", snakecase},
    {"swapcase", "s", swapcase},   {"title", "s", title},         {"untitle", "s", untitle},  {"upper", "s", call_upper},
};

}  // namespace

std::span<const Function> case_functions() { return kFunctions; }

}  // namespace invar::gotemplate
