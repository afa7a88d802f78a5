package sandbox

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

const (
	// maxNesting bounds how deep source is nested: the compiler calls itself for each level.
	maxNesting = 1000
	// maxOperands is how many operands of .. are joined at once: each takes a register.
	maxOperands = 100
	// concatMethod is the name of the method of strings that stands for the operator .. in compiled chunks. No
	// script can name it.
	concatMethod = "(concat)"
)

// rewriter walks through a syntax tree. It makes each a .. b a call, whose size is then bounded, and finds out
// what is nested too deep.
type rewriter struct {
	depth int
	name  string
}

type tooDeep string

// rewrite changes a chunk before it is compiled.
func rewrite(chunk []ast.Stmt, name string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			deep, ok := p.(tooDeep)
			if !ok {
				panic(p)
			}
			err = fmt.Errorf("%s", string(deep))
		}
	}()
	(&rewriter{name: name}).stmts(chunk)
	return nil
}

func (r *rewriter) enter(at ast.PositionHolder) {
	if r.depth++; r.depth > maxNesting {
		panic(tooDeep(fmt.Sprintf("%s:%d: chunk has too many syntax levels", r.name, at.Line())))
	}
}

func (r *rewriter) stmts(all []ast.Stmt) {
	for _, s := range all {
		r.enter(s)
		r.stmt(s)
		r.depth--
	}
}

func (r *rewriter) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		r.exprs(s.Lhs)
		r.exprs(s.Rhs)
	case *ast.LocalAssignStmt:
		r.exprs(s.Exprs)
	case *ast.FuncCallStmt:
		r.expr(&s.Expr)
	case *ast.DoBlockStmt:
		r.stmts(s.Stmts)
	case *ast.WhileStmt:
		r.expr(&s.Condition)
		r.stmts(s.Stmts)
	case *ast.RepeatStmt:
		r.expr(&s.Condition)
		r.stmts(s.Stmts)
	case *ast.IfStmt:
		r.expr(&s.Condition)
		r.stmts(s.Then)
		r.stmts(s.Else)
	case *ast.NumberForStmt:
		r.expr(&s.Init)
		r.expr(&s.Limit)
		r.expr(&s.Step)
		r.stmts(s.Stmts)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.stmts(s.Stmts)
	case *ast.FuncDefStmt:
		r.expr(&s.Name.Func)
		r.expr(&s.Name.Receiver)
		r.stmts(s.Func.Stmts)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	}
}

func (r *rewriter) exprs(all []ast.Expr) {
	for i := range all {
		r.expr(&all[i])
	}
}

func (r *rewriter) expr(at *ast.Expr) {
	if *at == nil {
		return
	}
	r.enter(*at)
	defer func() { r.depth-- }()
	switch e := (*at).(type) {
	case *ast.AttrGetExpr:
		r.expr(&e.Object)
		r.expr(&e.Key)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			r.expr(&f.Key)
			r.expr(&f.Value)
		}
	case *ast.FuncCallExpr:
		r.expr(&e.Func)
		r.expr(&e.Receiver)
		r.exprs(e.Args)
	case *ast.LogicalOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.RelationalOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.ArithmeticOpExpr:
		r.expr(&e.Lhs)
		r.expr(&e.Rhs)
	case *ast.UnaryMinusOpExpr:
		r.expr(&e.Expr)
	case *ast.UnaryNotOpExpr:
		r.expr(&e.Expr)
	case *ast.UnaryLenOpExpr:
		r.expr(&e.Expr)
	case *ast.FunctionExpr:
		r.stmts(e.Stmts)
	case *ast.StringConcatOpExpr:
		*at = r.concat(e)
	}
}

// concat makes a .. b .. c the call ("").concatMethod("", a, b, c).
func (r *rewriter) concat(e *ast.StringConcatOpExpr) ast.Expr {
	receiver := &ast.StringExpr{}
	receiver.SetLine(e.Line())
	call := &ast.FuncCallExpr{Receiver: receiver, Method: concatMethod, AdjustRet: true}
	call.SetLine(e.Line())
	call.SetLastLine(e.LastLine())
	rest := ast.Expr(e)
	for len(call.Args) < maxOperands {
		next, ok := rest.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		call.Args = append(call.Args, next.Lhs)
		rest = next.Rhs
	}
	call.Args = append(call.Args, single(rest))
	r.exprs(call.Args)
	return call
}

// single makes an expression one value where several would be passed on.
func single(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		e.AdjustRet = true
	case *ast.Comma3Expr:
		e.AdjustRet = true
	}
	return e
}
