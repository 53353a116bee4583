// One piece of code, loaded together: the menu of a line and the card of its author.

export { ChatPerson } from "./chat-person.tsx";
export { LineMenu } from "./line-menu.tsx";
