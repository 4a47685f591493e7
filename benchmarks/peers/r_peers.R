# Runs one estimator of spatstat or sparr and prints the CPU seconds of its call.
# Usage: Rscript r_peers.R PEER POINTS SAMPLE n=... cells=... kernel=... bandwidth=... west=... south=... side=...
words <- commandArgs(TRUE)
peer <- words[1]
given <- strsplit(words[-(1:3)], "=")
setting <- setNames(sapply(given, `[`, 2), sapply(given, `[`, 1))
number <- function(name) as.numeric(setting[[name]])
suppressPackageStartupMessages(library(spatstat))
if (grepl("^sparr", peer)) suppressPackageStartupMessages(library(sparr))
n <- number("n")
file <- file(words[2], "rb")
x <- readBin(file, "double", n)
y <- readBin(file, "double", n)
close(file)
W <- owin(number("west") + c(0, number("side")), number("south") + c(0, number("side")))
if ("window" %in% names(setting)) {
  rings <- strsplit(readLines(setting[["window"]]), " ")
  W <- owin(poly = lapply(rings, function(ring) {
    xy <- matrix(as.numeric(ring), ncol = 2, byrow = TRUE)
    list(x = xy[, 1], y = xy[, 2])
  }))
}
X <- ppp(x, y, window = W, check = FALSE)
sd <- if ("kernel" %in% names(setting)) number("bandwidth") / switch(setting[["kernel"]], quartic = sqrt(8), epanechnikov = sqrt(6), gaussian = 1) else NA
note <- ""
h <- NULL
d <- NULL
began <- proc.time()
if (peer == "spatstat") d <- density.ppp(X, sigma = sd, kernel = setting[["kernel"]], dimyx = number("cells"), edge = FALSE)
if (peer == "spatstat_diggle") d <- density.ppp(X, sigma = sd, kernel = setting[["kernel"]], dimyx = number("cells"), edge = TRUE, diggle = TRUE)
if (peer == "sparr") d <- bivariate.density(X, h0 = sd, resolution = number("cells"), edge = "none", verbose = FALSE)$z
if (peer == "sparr_adaptive") d <- bivariate.density(X, h0 = sd, hp = sd, adapt = TRUE, resolution = number("cells"), edge = "none", verbose = FALSE)$z
if (peer == "bw.diggle") h <- bw.diggle(X)
if (peer == "bw.ppl") h <- bw.ppl(X, srange = c(40, 2000))
if (peer == "bw.CvL") h <- bw.CvL(X)
if (peer == "sparr_LSCV") h <- LSCV.density(X, verbose = FALSE)
if (peer == "sparr_LIK") h <- LIK.density(X, verbose = FALSE)
seconds <- sum((proc.time() - began)[c(1, 2, 4, 5)], na.rm = TRUE)
if (!is.null(h)) note <- sprintf("peer chose %.1f m", as.numeric(h))
if (!is.null(d)) {
  inside <- which(is.finite(d$v))
  set.seed(1)
  drawn <- sample(inside, min(2000, length(inside)))
  file <- file(words[3], "wb")
  writeBin(d$xcol[(drawn - 1) %/% nrow(d$v) + 1], file)
  writeBin(d$yrow[(drawn - 1) %% nrow(d$v) + 1], file)
  writeBin(as.numeric(d$v[drawn]), file)
  close(file)
}
cat("CPU", seconds, note, "\n")
