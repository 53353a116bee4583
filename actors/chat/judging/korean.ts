// Korean particles and endings, which are written onto the word: 바보야, 바보는, 바보입니다 say 바보, and 바보상자 is another word.

const PARTICLES =
  "은 는 이 가 을 를 의 에 도 만 야 아 여 와 과 랑 로 요 네 냐 니 지 나 다 라 님 씨 들 뿐 군 구나 구만 " +
  "에게 에서 에는 한테 께서 까지 부터 마다 처럼 같이 같은 같아 같다 같네 같음 보다 조차 마저 밖에 으로 로서 로써 하고 이랑 " +
  "이다 이야 이고 이네 이지 이냐 이니 이라 라고 라는 라니 라서 이라고 이라는 이라니 이라서 인가 인지 인데 인게 임 인 일 였다 이었다 " +
  "입니다 입니까 이에요 예요 에요 이예요 이죠 죠 군요 네요 거든 잖아 든지 이든 이나 이도 아 짓 새끼 놈 년 녀석";

const ENDING = new RegExp(
  `^(?:${[...new Set(PARTICLES.split(" "))].sort((a, b) => b.length - a.length).join("|")}){1,3}$`,
  "u",
);
/** A rest that is longer is another word. */
const REST_MAX = 8;

/** True for what may be written behind a word without making it another one. */
export const isKoreanEnding = (rest: string): boolean => rest.length <= REST_MAX && ENDING.test(rest);
