"""Choosing a bandwidth for points on land: rules of thumb and criteria, each with its whole curve. Maps nothing."""
