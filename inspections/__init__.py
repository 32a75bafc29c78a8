"""The domain of the double-random inspection dashboard: plans, draws, results and what follows from them. No Streamlit here."""

__version__ = "0.1.0"
