"""What is started without pytest reads and writes Chinese, as the tests do."""

from inspections.words.wording import FIRST, speak

speak(FIRST)
