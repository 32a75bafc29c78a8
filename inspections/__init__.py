"""The domain of double-random inspections: plans, draws, results and what follows from them. No Streamlit here."""

__version__ = "0.2.0"
