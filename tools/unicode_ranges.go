// Writes src/base/unicode_ranges.inc: the code points that Go's unicode.IsLetter, unicode.IsDigit and strconv.IsPrint accept, so
// that identifiers and quoted text are exactly Alloy's. Run: go run tools/unicode_ranges.go > src/base/unicode_ranges.inc
package main

import (
	"fmt"
	"strconv"
	"unicode"
)

func write(name string, holds func(rune) bool) {
	fmt.Printf("constexpr RuneRange %s[] = {", name)
	count := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !holds(r) {
			continue
		}
		last := r
		for last < unicode.MaxRune && holds(last+1) {
			last++
		}
		if count%8 == 0 {
			fmt.Print("\n    ")
		} else {
			fmt.Print(" ")
		}
		fmt.Printf("{%#x, %#x},", r, last)
		count++
		r = last
	}
	fmt.Print("\n};\n")
}

func main() {
	fmt.Printf("// Written by tools/unicode_ranges.go from the tables of Unicode %s; from U+0080 on, inclusive.\n", unicode.Version)
	write("kLetters", unicode.IsLetter)
	write("kDigits", unicode.IsDigit)
	write("kPrintable", strconv.IsPrint)
}
