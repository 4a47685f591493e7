"""Runs scikit-learn's five-fold likelihood over 16 bandwidths and prints the CPU seconds of that call."""

import numpy as np
from peer_io import arguments, used
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KernelDensity

points, _, _ = arguments()
began = used()
search = GridSearchCV(KernelDensity(rtol=1e-3), {"bandwidth": np.geomspace(40, 800, 16)}, cv=5).fit(points)
print("CPU", used() - began, f"peer: five folds, chose {search.best_params_['bandwidth']:.0f} m")
