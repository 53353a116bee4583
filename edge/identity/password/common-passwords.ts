// The passwords that attackers try first, lower case. Shorter ones than a password may be are left out.

export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `1234567890 12345678910 0123456789 9876543210 0987654321 123456789a a123456789 123456789q q123456789 1234567891
  1234554321 1122334455 1212121212 1029384756 5555555555 9999999999 1111111111 0000000000 12345678900 123456789123
  1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx3edc 1qaz@wsx3edc zaq12wsxcde3 qazwsxedcrfv qazwsxedc123
  qwertyuiop qwertyuiop1 qwertyuiop123 qwerty123456 qwerty1234 qwerty12345 qwerty123456789 asdfghjkl1 asdfghjkl123
  asdfghjkl; qwertyqwerty asdfasdfasdf zxcvbnm123 zxcvbnm123456 1234qwerasdf qwer1234asdf abcdefghij abcdefghijk abcdefg123
  abcd123456 abc1234567 abc123456789 a1b2c3d4e5 a1b2c3d4e5f6 aa12345678 aaa1234567 password01 password12 password123
  password1234 password12345 password123456 password1! password!! password@1 password@123 passwordpassword mypassword
  mypassword1 mypassword123 newpassword newpassword1 thepassword p@ssw0rd123 p@ssword123 passw0rd123 passw0rd1234
  p@ssw0rd1234 password2020 password2021 password2022 password2023 password2024 password2025 password2026 changeme123
  changemenow changeme1234 letmein123 letmein1234 letmeinnow letmein12345 welcome123 welcome1234 welcome2024 welcome2025
  welcome2026 welcome@123 welcome12345 administrator admin12345 admin123456 admin1234567 admin@1234 adminadmin admin@12345
  rootroot123 root123456 superadmin superuser1 superman123 superman1234 supermario spiderman1 spiderman123 batman12345
  batman1234 starwars123 starwars12 startrek123 pokemon123 pokemon1234 minecraft1 minecraft12 minecraft123 fortnite123
  roblox12345 roblox1234 twitchtv123 twitch12345 twitch1234 twitch123456 streamer123 streaming1 streaming123 livestream
  livestream1 youtube123 youtube1234 facebook123 facebook1234 instagram1 instagram123 google12345 google1234 discord123
  iloveyou123 iloveyou12 iloveyou1234 iloveyou1! iloveyouso iloveyou2024 iloveyou2 ilovemyself iloveyoubaby sunshine123
  sunshine12 princess123 princess12 football123 football12 football1234 baseball123 baseball12 basketball basketball1
  volleyball liverpool1 liverpool123 manchester manchester1 chelsea123 barcelona1 barcelona123 realmadrid arsenal123
  juventus123 dragon12345 dragon1234 monkey12345 monkey1234 shadow12345 shadow1234 master12345 master1234 killer12345
  killer1234 michael123 jennifer123 jessica123 charlie123 thomas1234 daniel1234 ashley1234 samsung123 samsung1234
  computer123 computer12 internet123 internet12 whatever123 whatever12 trustno1234 trustno1trustno1 blink182blink182
  jordan2323 hello12345 hello123456 hellohello hello1234567 helloworld helloworld1 helloworld123 testtest123 test123456
  test1234567 test12345678 testtesttest testing123 testing1234 temporary1 temppassword default123 defaultpassword secret1234
  secret12345 secretpassword goodmorning goodluck123 happybirthday blessed123 jesuschrist jesus12345 jesuslovesme
  godisgood1 godisgreat flower12345 butterfly1 butterfly123 chocolate1 chocolate123 strawberry strawberry1 watermelon
  pineapple1 pineapple123 cheesecake december12 november11 september1 september11 1q2w3e4r5t! 1qaz2wsx1qaz2wsx
  !qaz2wsx#edc qweasdzxc123 qweasdzxc1 qwe123qwe123 asd123asd123 zxc123zxc123 123qweasdzxc 123qwe123qwe 123123123123
  1234512345 1234567890q 1234567890a 12345qwert qwert12345 12345abcde abcde12345 147258369a 1472583690 7894561230
  0147258369 741852963a 3141592653 31415926535 2718281828 1123581321`.split(/\s+/),
);
