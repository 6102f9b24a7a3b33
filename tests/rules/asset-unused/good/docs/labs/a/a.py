open("more.csv")
