#include "src/text/gotemplate/template.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>


// What the rows expect was answered by Go itself: text/template of Go 1.26 with sprig 3.3 and Alloy's functions.

namespace invar {
namespace {

struct Row {
  std::string_view source, answer;
};

class Texts final : public GoTemplateScope {
 public:
  explicit Texts(const GoTemplate& source) : source_(source) {}
  bool find(size_t name, std::string_view& text) override {
    const auto found = kTexts.find(source_.names()[name]);
    if (found == kTexts.end()) return false;
    text = found->second;
    return true;
  }
  void each(const std::function<void(std::string_view, std::string_view)>& see) override {
    REQUIRE(source_.reads_all());
    for (const auto& [name, text] : kTexts) see(name, text);
  }

 private:
  const GoTemplate& source_;
  inline static const std::map<std::string, std::string, std::less<>> kTexts{
      {"app", "Loki-App"}, {"csv", "b,a,c,a"}, {"empty", ""},      {"f", "3.7"},       {"js", R"({"k":"v","n":[1,2.5],"o":{"x":null}})"},
      {"n", "42"},         {"sp", "  padded  "}, {"uni", "Zażółć 日本"}, {"Value", "val"}, {"Entry", "took 217 ms"},
      {"k8s.pod", "web-0"},
  };
};

std::string answer(std::string_view source) {
  static const int kMachineZone = setenv("TZ", "UTC", 1);
  REQUIRE(kMachineZone == 0);
  static const FakeClock clock;
  const auto compiled = GoTemplate::compile("pipeline_template", source);
  if (!compiled) return compiled.error().what;
  static GoTemplateExecutor executor(clock);
  Texts texts(*compiled);
  std::string out;
  return executor.execute(*compiled, texts, out) ? out : executor.error();
}

void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(answer(row.source) == row.answer);
  }
}

TEST_CASE("templates: the language") {
  check({
      {R"~({{ .app }}|{{ .missing }}|{{ .missing.deeper }}|{{ $.n }}|{{ index . "k8s.pod" }})~",
       "Loki-App|<no value>|<no value>|42|web-0"},
      {R"~({{ if .empty }}a{{ else if eq .n "41" "42" }}b{{ else }}c{{ end }})~", "b"},
      {"{{ with .missing }}x{{ else with .app }}[{{ . }}{{ $.n }}]{{ end }}", "[Loki-App42]"},
      {R"~({{ range $i, $e := splitList "," .csv }}{{ if eq $i 2 }}{{ break }}{{ end }}{{ $i }}={{ $e }};{{ else }}none{{ end }})~",
       "0=b;1=a;"},
      {"{{ range 3 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ . }}{{ end }}|{{ range list }}x{{ else }}empty{{ end }}",
       "02|empty"},
      {R"~({{ range $k, $v := (dict "b" 1 "a" (list 2)) }}{{ $k }}:{{ $v }} {{ end }})~", "a:[2] b:1 "},
      {"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}", "2"},
      {R"~({{ define "t" }}<{{ .app }}{{ $.n }}>{{ end }}{{ template "t" . }}{{ block "b" .n }}[{{ . }}]{{ end }})~",
       "<Loki-App42>[42]"},
      {R"~(a {{- /* gone */ -}} b {{- "c" -}} d)~", "abcd"},
      {R"~({{ "a" | printf "%s-%s" "b" | len }} {{ (dict "a" (dict "b" "c")).a.b }} {{ (list 1 2) | len }})~", "3 c 2"},
      {R"~({{ and 1 0 2 }} {{ or 0 "" "x" }} {{ and .missing (fail "not evaluated") }} {{ not 0 }})~", "0 x <no value> true"},
      {"{{ 0x1F }} {{ 1_000 }} {{ 'a' }} {{ 1.50 }} {{ 1e3 }} {{ 1i }} {{ 1+2i }} {{ 0b101 }} {{ true }}",
       "31 1000 97 1.5 1000 (0+1i) (1+2i) 5 true"},
      {R"~({{ . | len }} {{ len .Entry }} {{ index (list "a" "b") 1 }} {{ index .app 0 }} {{ slice (list 1 2 3) 1 2 }})~",
       "11 11 b 76 [2]"},
      {R"~({{ eq 1 1 }} {{ ne "a" "b" }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1.5 1.2 }} {{ ge "b" "a" }} {{ eq .missing nil }} {{ eq (index "a" 0) 97 }})~",
       "true true true true true true true true"},
      {R"~({{ html "<a href='x'>&\"" }} {{ js "it's <b>\n" }} {{ urlquery "a b&c=d/é" }} {{ print 1 2 "a" "b" 3 nil }})~",
       R"~(&lt;a href=&#39;x&#39;&gt;&amp;&#34; it\'s \u003Cb\u003E\u000A a+b%26c%3Dd%2F%C3%A9 1 2ab3 <nil>)~"},
      {R"~({{ set . "new" "x" | len }}{{ .new }}{{ range $k, $v := . }}{{ if eq $k "new" }}{{ $v }}{{ end }}{{ end }})~", "12xx"},
  });
}

TEST_CASE("templates: fmt") {
  check({
      {R"~({{ printf "%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%O|%b|%c|%q|%U|%#U" 42 42 42 42 42 255 255 255 8 8 5 65 65 65 65 }})~",
       "   42|42   |00042|+42| 42|ff|FF|0xff|10|0o10|101|A|'A'|U+0041|U+0041 'A'"},
      {R"~({{ printf "%f|%.2f|%8.3f|%08.3f|%e|%g|%G|%+.1f|%#g|%b|%x" 3.14159 3.14159 3.14159 -3.14159 1234.5 1e21 1e-7 2.0 1.0 1.5 1.5 }})~",
       "3.141590|3.14|   3.142|-003.142|1.234500e+03|1e+21|1E-07|+2.0|1.00000|6755399441055744p-52|0x1.8p+00"},
      {R"~({{ printf "%s|%q|%x|% X|%#x|%10s|%-6s|%.2s|%+q|%#q" "abc" "a\"b" "abc" "abc" "abc" "żó" "ab" "żółw" "żó" "a`b" }})~",
       R"~(abc|"a\"b"|616263|61 62 63|0x616263|        żó|ab    |żó|"\u017c\u00f3"|"a`b")~"},
      {R"~({{ printf "%v|%+v|%#v|%T|%d|%s" (list 1 "a" nil) (dict "a" 1) (dict "a" (list "x" nil)) (list) (list 1 2) (list "a" 1) }})~",
       R"~([1 a <nil>]|map[a:1]|map[string]interface {}{"a":[]interface {}{"x", interface {}(nil)}}|[]interface {}|[1 2]|[a %!s(int=1)])~"},
      {R"~({{ printf "%d %s %t %z" "x" 5 1 2 }} {{ printf "%d %d" 1 }} {{ printf "%d" 1 "a" nil }} {{ printf "%" }} {{ printf "%!" }} {{ printf "%%" }})~",
       "%!d(string=x) %!s(int=5) %!t(int=1) %!z(int=2) 1 %!d(MISSING) 1%!(EXTRA string=a, <nil>) %!(NOVERB) %!!(MISSING) %"},
      {R"~({{ printf "%[2]d %[1]d|%*d|%-*d|%.*f|%[3]d|%[1]" 1 2 }} {{ printf "%*d|%.*f" 5 42 2 3.14159 }})~",
       "2 1|%!d(MISSING)|%!(BADWIDTH)%!d(MISSING)|%!(BADPREC)%!f(MISSING)|%!d(BADINDEX)|%!(NOVERB)    42|3.14"},
      {R"~({{ printf "%v %v %v %v" nil true 1e6 123456789.0 }} {{ println "a" 1 nil }})~",
       "<nil> true 1e+06 1.23456789e+08 a 1 <nil>\n"},
      {R"~({{ printf "%v %d %s" (toDate "2006" "2020").Weekday (toDate "2006" "2020").Month ((toDate "2006" "2020").Sub (toDate "2006" "2019")) }})~",
       "Wednesday 1 8760h0m0s"},
  });
}

TEST_CASE("templates: texts") {
  check({
      {R"~({{ ToLower .uni }} {{ ToUpper .uni }} {{ Replace .csv "a" "x" 1 }} {{ Trim .sp " " }} {{ TrimLeft .app "oLk" }} {{ TrimRight .app "p" }} {{ TrimPrefix .app "Lo" }} {{ TrimSuffix .app "App" }} {{ TrimSpace .sp }})~",
       "zażółć 日本 ZAŻÓŁĆ 日本 b,x,c,a padded i-App Loki-A ki-App Loki- padded"},
      {R"~({{ Hash "salt" .app }} {{ Sha2Hash "salt" .app }})~",
       "d92000e172025256c432070a3469c74c22c4f9adf57c832e655dae9412cfc480 b0ca1de936fb154fabccaaac2d260780045769b6d2d18abb11c11008b8879f33"},
      {R"~({{ regexReplaceAll "([a-z]+)(\\d*)" .Entry "<$1>" }} {{ regexReplaceAllLiteral "\\d+" .Entry "$1" }} {{ regexReplaceAll "" "ab" "-" }})~",
       "<took> 217 <ms> took $1 ms -a-b-"},
      {R"~({{ title "hello żółw de.la" }} {{ untitle "Hello World" }} {{ swapcase "aB żÓ x" }} {{ snakecase "FirstName HTTPServer2xx" }} {{ kebabcase "FooBar12Baz" }} {{ camelcase "http_server-x" }})~",
       "Hello Żółw De.La hello world Ab Żó X first_name_http_server_2xx foo-bar12-baz HttpServerX"},
      {R"~({{ trunc 5 "hello world" }} {{ trunc -5 "hello world" }} {{ substr 0 5 "hello world" }} {{ substr -1 3 "hello" }} {{ abbrev 8 "hello world" }} {{ abbrevboth 5 10 "1234 5678 9123 4567" }})~",
       "hello world hello hel hello... ...5678..."},
      {R"~({{ wrap 5 "aa bb cc dd" }} {{ wrapWith 3 "_" "abcdefg" }} {{ indent 2 "a\nb" }} {{ nindent 1 "x" }} {{ repeat 3 "ab" }} {{ nospace " a b " }} {{ initials "First Try" }} {{ plural "one" "many" 2 }})~",
       "aa bb\ncc dd abc_def_g   a\n  b \n x ababab ab FT many"},
      {R"~({{ quote .app 5 nil }} {{ squote "a" 1 }} {{ cat 1 nil "b" }} {{ join "-" (list 1 nil "a") }} {{ sortAlpha (list "c" "a" 1) }} {{ split "," "a,b" }} {{ (splitn "," 2 "a,b,c")._1 }} {{ splitList "" "aż" }} {{ toStrings (list 1 nil) }})~",
       R"~("Loki-App" "5" 'a' '1' 1 b 1-a [1 a c] map[_0:a _1:b] b,c [a ż] [1])~"},
      {R"~({{ b64enc .uni }} {{ b64dec "aGVsbG8=" }} {{ b64dec "!!" }} {{ b32enc "hi" }} {{ b32dec "NBUQ====" }} {{ sha1sum "" }} {{ adler32sum "abc" }} {{ sha256sum "x" | trunc 8 }} {{ sha512sum "x" | trunc 8 }})~",
       "WmHFvMOzxYLEhyDml6XmnKw= hello illegal base64 data at input byte 0 NBUQ==== hi da39a3ee5e6b4b0d3255bfef95601890afd80709 38600999 2d711642 a4abd444"},
      {R"~({{ regexMatch "^[a-z]+$" "abc" }} {{ regexFind "[0-9]+" .Entry }} {{ regexFindAll "[a-z]" "a1b2" -1 }} {{ regexSplit "z+" "pizza" -1 }} {{ regexQuoteMeta "1.2" }})~",
       R"~(true 217 [a b] [pi a] 1\.2)~"},
      {R"~({{ base "/a/b.c" }} {{ dir "/a/b.c" }} {{ ext "/a/b.c" }} {{ clean "a//b/./../c" }} {{ isAbs "/x" }} {{ (urlParse "http://u:p@h:80/p%20a?q=1#f") }} {{ urlJoin (dict "scheme" "http" "host" "h" "path" "/a b" "userinfo" "u") }})~",
       "b.c /a .c a/c true map[fragment:f host:h:80 hostname:h opaque: path:/p a query:q=1 scheme:http userinfo:u:p] http://u@h/a%20b"},
      {R"~({{ derivePassword 1 "long" "password" "user" "example.com" }} {{ encryptAES "k" "plain" | decryptAES "k" }} {{ expandenv "a$$b${x" }} {{ getHostByName "127.0.0.1" }} {{ hello }})~",
       "ZedaFaxcZaso9* plain abx 127.0.0.1 Hello!"},
  });
}

TEST_CASE("templates: numbers") {
  check({
      {R"~({{ int "42.9" }} {{ int "08" }} {{ int "0x1f" }} {{ int64 3.99 }} {{ float64 "1.5" }} {{ atoi "x" }} {{ atoi "99999999999999999999" }} {{ toDecimal 777 }} {{ int true }} {{ int "1_000" }})~",
       "42 0 31 3 1.5 0 9223372036854775807 511 1 1000"},
      {R"~({{ add 1 "2" 3.9 }} {{ sub 5 "7" }} {{ mul 2 3 4 }} {{ div -7 2 }} {{ mod -7 3 }} {{ add1 "5" }} {{ max 1 "7" 3 }} {{ min 1 -2 }} {{ biggest 2 9 }})~",
       "6 -2 24 -3 -1 6 7 -2 9"},
      {"{{ addf 0.1 0.2 }} {{ subf 7.5 2 3 }} {{ mulf 1.1 1.1 }} {{ divf 1 3 }} {{ divf 2 3 }} {{ add1f 1.5 }} {{ maxf 1 2.5 }} {{ minf 1 -0.5 }}",
       "0.3 2.5 1.21 0.3333333333333333 0.6666666666666667 2.5 2.5 -0.5"},
      {R"~({{ floor -1.1 }} {{ ceil "2.1" }} {{ round 123.555 2 }} {{ round -1.5 0 }} {{ round 1.15 1 0.3 }} {{ until 3 }} {{ until -2 }} {{ untilStep 9 3 -3 }} {{ seq 1 2 7 }} {{ seq -2 }} {{ seq }})~",
       "-2 3 123.56 -2 1.2 [0 1 2] [0 -1] [9 6] 1 3 5 7 1 0 -1 -2 "},
      {R"~({{ duration 95 }} {{ duration "3700" }} {{ durationRound "2400h10m5s" }} {{ date "2006-01-02T15:04:05Z07:00" 1700000000 }} {{ dateInZone "15:04 MST" 1700000000 "America/New_York" }} {{ htmlDateInZone 0 "UTC" }})~",
       "0s 1h1m40s 3mo 2023-11-14T22:13:20Z 17:13 EST 1970-01-01"},
      {R"~({{ dateModify "-1.5h" (toDate "2006-01-02 15:04" "2023-05-06 10:00") }} {{ toDate "2006" "x" }} {{ unixEpoch (toDate "2006-01-02" "2017-12-31") }} {{ (toDate "2006-01-02 -0700 MST" "2024-02-29 -0800 PST").AddDate 1 0 0 }})~",
       "2023-05-06 08:30:00 +0000 UTC 0001-01-01 00:00:00 +0000 UTC 1514678400 2025-03-01 00:00:00 -0800 PST"},
      {R"~({{ semver "v1.2.3-rc.1+b" }} {{ (semver "1.2").IncMinor }} {{ (semver "3.4.5").Minor }} {{ semverCompare "^1.2 || >=3" "1.3.0" }} {{ semverCompare "1.2 - 2.3" "2.3.5" }} {{ semverCompare "~1.2.3" "1.3.0" }} {{ semverCompare ">1" "2.0.0-rc" }})~",
       "1.2.3-rc.1+b 1.3.0 4 true true false false"},
  });
}

TEST_CASE("templates: lists, dicts and values") {
  check({
      {R"~({{ list 1 "a" true nil }} {{ append (list 1) 2 }} {{ prepend (list 1) 0 }} {{ first (list) }} {{ last (list 1 2) }} {{ rest (list 1 2 3) }} {{ initial (list 1 2) }} {{ reverse (list 1 2) }} {{ uniq (list 1 1 "1") }} {{ without (list 1 2 3) 1 }} {{ has 4 (list 4) }} {{ compact (list 0 "" 1) }} {{ slice (list 1 2 3) 1 2 }} {{ concat (list 1) (list 2) }} {{ chunk 2 (list 1 2 3) }})~",
       "[1 a true <nil>] [1 2] [0 1] <no value> 2 [2 3] [1] [2 1] [1 1] [2 3] true [1] [2] [1 2] [[1 2] [3]]"},
      {R"~({{ dict "a" 1 "b" }} {{ get (dict "a" "v") "z" }} {{ set (dict) "k" 1 }} {{ unset (dict "a" 1) "a" }} {{ hasKey (dict "a" nil) "a" }} {{ pluck "a" (dict "a" 1) (dict) }} {{ keys (dict "a" 1) }} {{ values (dict "a" 1) }} {{ pick (dict "a" 1 "b" 2) "a" }} {{ omit (dict "a" 1 "b" 2) "a" }} {{ dig "a" "b" "def" (dict "a" (dict "b" 1)) }} {{ dig "x" "def" (dict) }})~",
       "map[a:1 b:]  map[k:1] map[] true [1] [a] [1] map[a:1] map[b:2] 1 def"},
      {R"~({{ merge (dict "a" 1 "d" (dict "x" 1)) (dict "a" 2 "b" 3 "d" (dict "y" 2)) }} {{ mergeOverwrite (dict "a" 1 "l" (list 1)) (dict "a" "" "l" (list 2)) }} {{ deepCopy (dict "a" (list 1)) }})~",
       "map[a:1 b:3 d:map[x:1 y:2]] map[a: l:[2]] map[a:[1]]"},
      {R"~({{ merge (dict "c" (dict "d" 1)) (dict "c" (split "," "p,q")) }} {{ mergeOverwrite (dict "x" nil "l" (list)) (dict "x" (dict) "l" nil) }} {{ merge (dict "a" (semver "1.2")) (dict "a" (dict)) }})~",
       "map[c:map[_0:p _1:q d:1]] map[l:<nil> x:map[]] "},
      {R"~({{ printf "%#v|%v|%d" (toDate "2006" "2020") (semver "1.2.3") (semver "1.2.3") }} {{ printf "%#v %T" (semver "v1.2.3-rc") (semver "1.2.3") }} {{ printf "%v %T" (index "abc" 1) (split "," "a") }})~",
       R"~(time.Date(2020, time.January, 1, 0, 0, 0, 0, time.Local)|1.2.3|&{1 2 3 %!d(string=) %!d(string=) %!d(string=1.2.3)} &semver.Version{major:0x1, minor:0x2, patch:0x3, pre:"rc", metadata:"", original:"v1.2.3-rc"} *semver.Version 98 map[string]string)~"},
      {R"~({{ default "d" "" }} {{ default "d" .app }} {{ empty (list) }} {{ coalesce 0 "" "x" }} {{ all 1 0 }} {{ any 0 1 }} {{ ternary "y" "n" true }} {{ typeOf 1.5 }} {{ kindOf (dict) }} {{ typeIs "string" "x" }} {{ kindIs "map" (dict) }} {{ deepEqual (list 1) (list 1) }} {{ typeOf nil }} {{ kindOf nil }})~",
       "d Loki-App true x false true y float64 map true true true <nil> invalid"},
      {R"~({{ toJson (dict "b" (list 1.5 nil "<") "a" (dict)) }} {{ toRawJson "<&>" }} {{ toPrettyJson (dict "a" (list 1 (dict))) }} {{ (fromJson .js).n }} {{ fromJson "x" }} {{ toJson (toDate "2006" "2020") }} {{ toJson 1e21 }} {{ toJson (concat) }})~",
       "{\"a\":{},\"b\":[1.5,null,\"\\u003c\"]} \"<&>\" {\n  \"a\": [\n    1,\n    {}\n  ]\n} [1 2.5] <no value> \"2020-01-01T00:00:00Z\" 1e+21 null"},
  });
}

TEST_CASE("templates: parse errors") {
  check({
      {"{{ .Value", "template: pipeline_template:1: unclosed action"},
      {"{{ nofunc }}", R"~(template: pipeline_template:1: function "nofunc" not defined)~"},
      {"{{ if }}x{{ end }}", "template: pipeline_template:1: missing value for if"},
      {"{{ range }}{{ end }}", "template: pipeline_template:1: missing value for range"},
      {"{{ with $x := 1 }}", "template: pipeline_template:1: unexpected EOF"},
      {"{{ end }}", "template: pipeline_template:1: unexpected {{end}}"},
      {"{{ else }}", "template: pipeline_template:1: unexpected {{else}}"},
      {"{{ if 1 }}{{ else }}{{ else }}{{ end }}", "template: pipeline_template:1: expected end; found {{else}}"},
      {"{{ if 1 }}{{ else with 2 }}{{ end }}", "template: pipeline_template:1: unexpected <with> in input"},
      {R"~({{ "open }})~", "template: pipeline_template:1: unterminated quoted string"},
      {"{{ `open }}", "template: pipeline_template:1: unterminated raw quoted string"},
      {"{{ 'ab' }}", "template: pipeline_template:1: malformed character constant: 'ab'"},
      {"{{ '", "template: pipeline_template:1: unterminated character constant"},
      {"{{ $x }}", R"~(template: pipeline_template:1: undefined variable "$x")~"},
      {"{{ $a, $b := 1 }}", "template: pipeline_template:1: too many declarations in command"},
      {"{{ range $a, 1 }}{{ end }}", "template: pipeline_template:1: range can only initialize variables"},
      {"{{ range $a, $b, $c := 1 }}{{ end }}", "template: pipeline_template:1: too many declarations in range"},
      {"{{ | upper }}", R"~(template: pipeline_template:1: unexpected "|" in command)~"},
      {"{{ 1 | 2 }}", "template: pipeline_template:1: non executable command in pipeline stage 2"},
      {"{{ .a | }}{{ () }}", "template: pipeline_template:1: missing value for parenthesized pipeline"},
      {"{{ template }}", R"~(template: pipeline_template:1: unexpected "}}" in template clause)~"},
      {R"~({{ template "x" | }})~", R"~(template: pipeline_template:1: unexpected "|" in template clause)~"},
      {R"~({{ define "a" }})~", "template: pipeline_template:1: unexpected EOF"},
      {"{{ define a }}{{ end }}", R"~(template: pipeline_template:1: unexpected "a" in define clause)~"},
      {R"~({{ define "a" }}{{ else }}{{ end }})~", "template: pipeline_template:1: unexpected {{else}} in define clause"},
      {R"~({{ define "a" }}x{{ end }}{{ define "a" }}y{{ end }})~",
       R"~(template: pipeline_template:1: template: multiple definition of template "a")~"},
      {R"~({{ block "x" }}{{ end }})~", "template: pipeline_template:1: missing value for block clause"},
      {"{{ break }}", "template: pipeline_template:1: {{break}} outside {{range}}"},
      {"{{ range 1 }}{{ else }}{{ continue }}{{ end }}", "template: pipeline_template:1: {{continue}} outside {{range}}"},
      {"{{ break 1 }}", R"~(template: pipeline_template:1: unexpected "1" in {{break}})~"},
      {"{{ .a.b. }}", "template: pipeline_template:1: unexpected <.> in operand"},
      {"{{ (.a }}", "template: pipeline_template:1: unclosed left paren"},
      {"{{ .a) }}", "template: pipeline_template:1: unexpected right paren"},
      {R"~({{ "a".b }})~", R"~(template: pipeline_template:1: unexpected . after term "\"a\"")~"},
      {"{{ 1.x }}", R"~(template: pipeline_template:1: bad number syntax: "1.x")~"},
      {"{{ 08 }}", R"~(template: pipeline_template:1: integer overflow: "08")~"},
      {"{{ 1__0 }}", R"~(template: pipeline_template:1: illegal number syntax: "1__0")~"},
      {"{{ 99999999999999999999 }}", R"~(template: pipeline_template:1: integer overflow: "99999999999999999999")~"},
      {"{{ 1+2 }}", R"~(template: pipeline_template:1: bad number syntax: "1+2")~"},
      {R"~({{ "\q" }})~", "template: pipeline_template:1: invalid syntax"},
      {"{{ a-b }}", "template: pipeline_template:1: bad character U+002D '-'"},
      {"{{ .a^b }}", "template: pipeline_template:1: bad character U+005E '^'"},
      {"{{ $a^ }}", "template: pipeline_template:1: bad character U+005E '^'"},
      {"{{ : }}", "template: pipeline_template:1: expected :="},
      {"{{ # }}", R"~(template: pipeline_template:1: unexpected "#" in command)~"},
      {"{{/* open }}", "template: pipeline_template:1: unclosed comment"},
      {"{{/* c */ x }}", "template: pipeline_template:1: comment ends before closing delimiter"},
      {"{{ nil.x }}", R"~(template: pipeline_template:1: unexpected . after term "nil")~"},
      {"\n{{ if 1 }}\n{{ nofunc", R"~(template: pipeline_template:3: function "nofunc" not defined)~"},
      {"{{ upper\n\n\"x\n\" }}",
       "template: pipeline_template:3: unterminated quoted string in action started at pipeline_template:1"},
      {"{{ ¡ }}", "template: pipeline_template:1: unrecognized character in action: U+00A1 '¡'"},
      {"{{ (1 ,2) }}", R"~(template: pipeline_template:1: unexpected "," in operand)~"},
      {"{{ if (1 }}{{ end }}", "template: pipeline_template:1: unclosed left paren"},
      {"{{ $.x.y | len | nope }}", R"~(template: pipeline_template:1: function "nope" not defined)~"},
  });
}

TEST_CASE("templates: execution errors") {
  check({
      {"{{ ToLower .missing }}",
       R"~(template: pipeline_template:1:11: executing "pipeline_template" at <.missing>: invalid value; expected string)~"},
      {"{{ ToLower 5 }}",
       R"~(template: pipeline_template:1:11: executing "pipeline_template" at <5>: expected string; found 5)~"},
      {"{{ ToLower }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <ToLower>: wrong number of args for ToLower: want 1 got 0)~"},
      {R"~({{ Replace "a" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <Replace>: wrong number of args for Replace: want 4 got 1)~"},
      {"{{ .app.x }}",
       R"~(template: pipeline_template:1:7: executing "pipeline_template" at <.app.x>: can't evaluate field x in type interface {})~"},
      {R"~({{ .app "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <.app>: app is not a method but has arguments)~"},
      {R"~({{ (dict "a" nil).a.b }})~",
       R"~(template: pipeline_template:1:13: executing "pipeline_template" at <nil>: nil pointer evaluating interface {}.b)~"},
      {"{{ nil }}", R"~(template: pipeline_template:1:3: executing "pipeline_template" at <nil>: nil is not a command)~"},
      {R"~({{ "a" "b" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <"a">: can't give argument to non-function "a")~"},
      {"{{ 1 2 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <1>: can't give argument to non-function 1)~"},
      {"{{ $ 1 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <$>: can't give argument to non-function $)~"},
      {R"~({{ template "nope" . }})~",
       R"~(template: pipeline_template:1:12: executing "pipeline_template" at <{{template "nope" .}}>: template "nope" not defined)~"},
      {"{{ range .app }}{{ end }}",
       R"~(template: pipeline_template:1:9: executing "pipeline_template" at <.app>: range can't iterate over Loki-App)~"},
      {"{{ range $i, $e := 3 }}{{ end }}",
       R"~(template: pipeline_template:1:19: executing "pipeline_template" at <3>: can't use 3 to iterate over more than one variable)~"},
      {"{{ call .app }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <call .app>: error calling call: non-function .app of type string)~"},
      {"{{ call nil }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <call nil>: error calling call: call of nil)~"},
      {R"~({{ index .app "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <index .app "x">: error calling index: cannot index slice/array with type string)~"},
      {"{{ index (list 1) 5 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <index (list 1) 5>: error calling index: index out of range: 5)~"},
      {"{{ index nil }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <index nil>: error calling index: index of untyped nil)~"},
      {"{{ index 1 2 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <index 1 2>: error calling index: can't index item of type int)~"},
      {"{{ slice 5 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <slice 5>: error calling slice: list should be type of slice or array but int)~"},
      {R"~({{ slice "abc" 2 1 }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <slice "abc" 2 1>: error calling slice: list should be type of slice or array but string)~"},
      {"{{ len 5 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <len 5>: error calling len: len of type int)~"},
      {"{{ len nil }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value)~"},
      {"{{ eq 1 1.0 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64)~"},
      {"{{ eq 1 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <eq 1>: error calling eq: missing argument for comparison)~"},
      {"{{ eq (list 1) (list 1) }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <eq (list 1) (list 1)>: error calling eq: non-comparable type [%!s(int=1)]: []interface {})~"},
      {"{{ lt true false }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <lt true false>: error calling lt: invalid type for comparison)~"},
      {R"~({{ lt "1" 2 }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <lt "1" 2>: error calling lt: incompatible types for comparison: string and int)~"},
      {R"~({{ fail "boom" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <fail "boom">: error calling fail: boom)~"},
      {R"~({{ regexReplaceAll "[" .app "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <regexReplaceAll "[" .app "x">: error calling regexReplaceAll: regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`)~"},
      {R"~({{ mustRegexMatch "[" "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <mustRegexMatch "[" "x">: error calling mustRegexMatch: error parsing regexp: missing closing ]: `[`)~"},
      {"{{ div 1 0 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <div 1 0>: error calling div: runtime error: integer divide by zero)~"},
      {R"~({{ repeat -1 "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <repeat -1 "x">: error calling repeat: strings: negative Repeat count)~"},
      {R"~({{ substr 3 1 "abc" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <substr 3 1 "abc">: error calling substr: runtime error: slice bounds out of range [3:1])~"},
      {"{{ randInt 5 5 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <randInt 5 5>: error calling randInt: invalid argument to Intn)~"},
      {R"~({{ first "abc" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <first "abc">: error calling first: Cannot find first on type string)~"},
      {R"~({{ dig "a" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <dig "a">: error calling dig: dig needs at least three arguments)~"},
      {R"~({{ mustToDate "2006" "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <mustToDate "2006" "x">: error calling mustToDate: parsing time "x" as "2006": cannot parse "x" as "2006")~"},
      {R"~({{ mustFromJson "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <mustFromJson "x">: error calling mustFromJson: invalid character 'x' looking for beginning of value)~"},
      {R"~({{ semver "x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <semver "x">: error calling semver: invalid semantic version)~"},
      {R"~({{ urlParse "::x" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <urlParse "::x">: error calling urlParse: unable to parse url: parse "::x": missing protocol scheme)~"},
      {"{{ divf 1 0 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <divf 1 0>: error calling divf: decimal division by 0)~"},
      {R"~({{ decryptAES "k" "aGk=" }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <decryptAES "k" "aGk=">: error calling decryptAES: runtime error: slice bounds out of range [:16] with capacity 3)~"},
      {R"~({{ (toDate "2006" "2020").Nope }})~",
       R"~(template: pipeline_template:1:18: executing "pipeline_template" at <"2020">: can't evaluate field Nope in type time.Time)~"},
      {R"~({{ (toDate "2006" "2020").Year 1 }})~",
       R"~(template: pipeline_template:1:18: executing "pipeline_template" at <"2020">: wrong number of args for Year: want 0 got 1)~"},
      {R"~({{ set nil "a" 1 }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <set nil "a" 1>: error calling set: assignment to entry in nil map)~"},
      {R"~({{ mustMerge (dict "a" (semver "1.2.3")) (dict "a" (dict)) }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <mustMerge (dict "a" (semver "1.2.3")) (dict "a" (dict))>: error calling mustMerge: src and dst must be of same type)~"},
      {R"~({{ merge (dict "a" (split "," "p")) (dict "a" (dict "x" 1)) }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <merge (dict "a" (split "," "p")) (dict "a" (dict "x" 1))>: error calling merge: reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string)~"},
      {R"~({{ len (semver "1") }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <len (semver "1")>: error calling len: len of type semver.Version)~"},
      {R"~({{ index "abc" 3 }})~",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <index "abc" 3>: error calling index: reflect: string index out of range)~"},
      {"{{ deepCopy nil }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <deepCopy nil>: error calling deepCopy: reflect: call of reflect.Value.Type on zero Value)~"},
      {"{{ 9223372036854775808 }}",
       R"~(template: pipeline_template:1:3: executing "pipeline_template" at <9223372036854775808>: 9223372036854775808 overflows int)~"},
      {"a\n  {{ .app | upper | fail }}",
       R"~(template: pipeline_template:2:20: executing "pipeline_template" at <fail>: error calling fail: LOKI-APP)~"},
      {"{{ define \"t\" }}\n{{ ToLower 5 }}{{ end }}{{ template \"t\" . }}",
       R"~(template: pipeline_template:2:11: executing "t" at <5>: expected string; found 5)~"},
  });
}

TEST_CASE("templates say what they read") {
  struct Reads {
    std::string_view source;
    std::vector<std::string> names;
    bool all;
  };
  for (const Reads& row :
       {Reads{"{{ ToUpper .Value }}", {"Value"}, false}, Reads{"{{ .a }}{{ $.b }}{{ if .c }}{{ end }}", {"a", "b", "c"}, false},
        Reads{"{{ index . \"k8s.pod\" }}", {"k8s.pod"}, false}, Reads{"{{ . }}", {}, true}, Reads{"{{ $x := . }}{{ $x.a }}", {"a"}, true},
        Reads{"{{ range splitList \",\" .csv }}{{ . }}{{ end }}", {"csv"}, false}, Reads{"{{ index . .key }}", {"key"}, true},
        Reads{"{{ define \"t\" }}{{ .a }}{{ end }}{{ template \"t\" . }}", {"a"}, false}, Reads{"{{ with .a }}{{ . }}{{ end }}", {"a"}, false},
        Reads{"{{ toJson $ }}", {}, true}}) {
    INFO(row.source);
    const auto compiled = GoTemplate::compile("reads", row.source);
    REQUIRE(compiled);
    CHECK(compiled->names() == row.names);
    CHECK(compiled->reads_all() == row.all);
  }
}

TEST_CASE("templates say whether their result follows from the names they read") {
  for (const std::string_view source : {"{{ ToUpper .Value }}", "{{ if hasPrefix \"5\" .status }}ERROR{{ else }}{{ .level | default \"INFO\" }}{{ end }}",
                                        "{{ regexReplaceAll \"a+\" .Value \"b\" | sha256sum | trunc 8 }}", "{{ add (atoi .n) 1 }}", "{{ Hash \"salt\" .Value }}"}) {
    INFO(source);
    CHECK(GoTemplate::compile("pure", source)->is_function_of_names());
  }
  for (const std::string_view source : {"{{ now }}", "{{ .Value }}{{ if .a }}{{ uuidv4 }}{{ end }}", "{{ define \"t\" }}{{ randInt 1 9 }}{{ end }}{{ template \"t\" }}", "{{ env \"HOME\" }}",
                                        "{{ .Value | shuffle }}", "{{ date \"2006\" .Value }}", "{{ . }}", "{{ index . .key }}", "{{ bcrypt .Value }}"}) {
    INFO(source);
    CHECK_FALSE(GoTemplate::compile("moody", source)->is_function_of_names());
  }
}

TEST_CASE("templates end in an error when they need too much") {
  const std::string parens = std::string(9'000, '(') + "1" + std::string(9'000, ')');
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "{{ if 1 }}";
  for (const std::string& source : {std::string("{{ repeat 2000000000 \"x\" }}"), std::string("{{ until 2000000000 }}"),
                                    std::string("{{ range 4000000000 }}{{ end }}"), std::string("{{ range 1000000 }}{{ range 1000000 }}x{{ end }}{{ end }}"),
                                    std::string("{{ define \"t\" }}{{ template \"t\" . }}{{ end }}{{ template \"t\" . }}"),
                                    std::string("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}"), std::string("{{ seq 1 1000000000 }}"),
                                    std::string("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}"), std::string("{{ indent 2000000000 \"x\" }}"),
                                    std::string("{{ regexReplaceAll \"\" (repeat 100000 \"x\") (repeat 100000 \"y\") }}"),
                                    std::string("{{ $s := \"x\" }}{{ range 100 }}{{ $s = print $s $s }}{{ end }}{{ $s }}")}) {
    INFO(source);
    CHECK(answer(source).find("than it may use") != std::string::npos);
  }
  CHECK(answer(nested).find("nested too deeply") != std::string::npos);
  CHECK(answer("{{ " + parens + " }}").find("template: pipeline_template") == 0);
  CHECK(answer("{{ printf \"%1000000d\" 1 | len }}{{ .n }}") == "100000042");
}

TEST_CASE("templates know the functions of Go, sprig and Alloy") {
  CHECK(GoTemplate::function_count() == 240);
  for (const std::string_view name : {"and", "regexReplaceAll", "ToLower", "genSignedCertWithKey", "must_date_modify", "uuidv4"})
    CHECK(GoTemplate::has_function(name));
  CHECK_FALSE(GoTemplate::has_function("lowercase"));
}

TEST_CASE("keys and certificates of templates") {
  check({
      {R"({{ genPrivateKey "ecdsa" | contains "BEGIN EC PRIVATE KEY" }}{{ genPrivateKey "ed25519" | contains "BEGIN PRIVATE KEY" }}{{ genPrivateKey "x" }})",
       "truetrueUnknown type x"},
      {R"({{ $ca := genCAWithKey "ca" 365 (genPrivateKey "ecdsa") }}{{ $c := genSignedCertWithKey "foo" (list "10.0.0.1") (list "bar.com") 365 $ca (genPrivateKey "ecdsa") }}{{ contains "BEGIN CERTIFICATE" $c.Cert }}{{ $d := buildCustomCert (b64enc $c.Cert) (b64enc $c.Key) }}{{ eq $c.Cert $d.Cert }})",
       "truetrue"},
      {R"({{ hasPrefix "user:$2a$10$" (htpasswd "user" "pw") }} {{ htpasswd "us:er" "x" }} {{ len (bcrypt "x") }})", "true invalid username: us:er 60"},
      {R"({{ len (b64dec (randBytes 12)) }}{{ regexMatch "^[a-zA-Z]{9}$" (randAlpha 9) }}{{ len (randAscii 5) }}{{ len uuidv4 }}{{ randInt 5 6 }}{{ len (shuffle "abc") }})",
       "12true53653"},
  });
}

}  // namespace
}  // namespace invar
