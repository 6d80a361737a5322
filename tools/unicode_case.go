// Writes src/base/unicode_case.inc: runs of runes whose simple upper or lower case lies at one distance, every `step` runes.
//   go run tools/unicode_case.go > src/base/unicode_case.inc
package main

import (
	"fmt"
	"unicode"
)

type run struct {
	first, last, step rune
	distance          rune
}

func runs(of func(rune) rune) []run {
	var all []run
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		d := of(r) - r
		if d == 0 {
			continue
		}
		if n := len(all) - 1; n >= 0 && all[n].distance == d {
			gap := r - all[n].last
			if all[n].first == all[n].last && gap <= 2 {
				all[n].step = gap
			}
			if all[n].step == gap && gap <= 2 {
				all[n].last = r
				continue
			}
		}
		all = append(all, run{r, r, 1, d})
	}
	return all
}

func write(name string, of func(rune) rune) {
	fmt.Printf("constexpr CaseRun %s[] = {\n", name)
	for _, r := range runs(of) {
		fmt.Printf("    {%#x, %#x, %d, %d},\n", r.first, r.last, r.step, r.distance)
	}
	fmt.Println("};")
}

func main() {
	fmt.Printf("// Written by tools/unicode_case.go from the tables of Unicode %s; from U+0080 on.\n", unicode.Version)
	write("kToUpper", unicode.ToUpper)
	write("kToLower", unicode.ToLower)
}
