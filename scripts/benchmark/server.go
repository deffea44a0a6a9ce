package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// server is a real installation, made and driven as an operator and a partner would.
type server struct {
	process  *exec.Cmd
	url      string
	profiles string // the socket where it tells its profile
	client   *http.Client
	key      string // of a partner
	handler  string // the token of a handler
	serial   atomic.Int64
}

const firstPassword, secondPassword = "a first long password", "a second long password"

func start(o options, database string) (*server, error) {
	environment := append(os.Environ(), "XIAOBAO_DATABASE="+database, "XIAOBAO_KEY_FILE="+filepath.Join(o.folder, "x.key"), "XIAOBAO_AUDIT_CHECKPOINTS="+filepath.Join(o.folder, "x.checkpoints"), "XIAOBAO_LISTEN=127.0.0.1:0")
	initial := exec.Command(o.binary, "init", "--institution", "示例银行")
	initial.Env = environment
	told, err := initial.Output()
	if err != nil {
		return nil, fmt.Errorf("init: %w", err)
	}
	_, password, _ := strings.Cut(string(told), "password   ")
	password, _, _ = strings.Cut(password, " ")
	s := &server{process: exec.Command(o.binary, "serve"), profiles: filepath.Join(o.folder, "profile"), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	s.process.Env = append(environment, "PROFILE_SOCKET="+s.profiles)
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, err
	}
	_, s.url, _ = strings.Cut(strings.TrimSpace(line), "listens on ")
	return s, s.furnish(password)
}

// furnish makes a department, a handler and a partner with a key, through the API.
func (s *server) furnish(password string) error {
	admin, err := s.signIn("admin", password, firstPassword)
	if err != nil {
		return err
	}
	departments, err := s.call("GET", "/v1/departments", admin, nil)
	if err != nil {
		return err
	}
	root := departments["data"].([]any)[0].(map[string]any)["id"]
	center, err := s.call("POST", "/v1/departments", admin, map[string]any{"code": "center", "name": "投诉处理中心", "kind": "complaint_center", "parent_id": root})
	if err != nil {
		return err
	}
	user, err := s.call("POST", "/v1/users", admin, map[string]any{"username": "handler", "name": "经办", "department_id": center["id"], "roles": []string{"handler"}})
	if err != nil {
		return err
	}
	s.handler, err = s.signIn("handler", user["initial_password"].(string), secondPassword)
	if err != nil {
		return err
	}
	partner, err := s.call("POST", "/v1/api-clients", admin, map[string]any{"name": "呼叫中心", "kind": "partner", "intake_channel": "phone", "department_id": center["id"]})
	if err != nil {
		return err
	}
	key, err := s.call("POST", "/v1/api-keys", admin, map[string]any{"api_client_id": partner["id"], "name": "bench", "scopes": []string{"complaint.create", "complaint.read"}})
	if err != nil {
		return err
	}
	s.key = key["secret"].(string)
	return nil
}

// signIn signs in for the first time and changes the password.
func (s *server) signIn(username, password, next string) (string, error) {
	session, err := s.call("POST", "/v1/sessions", "", map[string]any{"username": username, "password": password})
	if err != nil {
		return "", err
	}
	token := session["access_token"].(string)
	_, err = s.call("PUT", "/v1/me/password", token, map[string]any{"current_password": password, "new_password": next})
	return token, err
}

func (s *server) stop() {
	_ = s.process.Process.Signal(os.Interrupt)
	_ = s.process.Wait()
}

// call sends a request that must succeed and reads the answer whole.
func (s *server) call(method, path, token string, body any) (map[string]any, error) {
	answer, err := s.send(method, path, token, body)
	if err != nil || len(answer) == 0 {
		return nil, err
	}
	var got map[string]any
	return got, json.Unmarshal(answer, &got)
}

func (s *server) send(method, path, token string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, s.url+path, reader)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if method == http.MethodPost && token != "" {
		r.Header.Set("Idempotency-Key", fmt.Sprintf("bench-%d", s.serial.Add(1)))
	}
	response, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, answer)
	}
	return answer, err
}

// complaint is an intake of 2 KB.
func (s *server) complaint() map[string]any {
	return map[string]any{"source": "own", "external_reference": fmt.Sprintf("B-%d-", s.serial.Add(1)), "business_code": "credit_card", "cause_code": "pricing", "region_code": "cn-320000",
		"complainant": map[string]any{"kind": "person", "name": "王小明", "phone": "13812345678", "email": "wang@example.cn", "address": "江苏省南京市玄武区某路一号"},
		"request":     "退还重复收取的费用。", "narrative": strings.Repeat("信用卡同一笔消费被收取两次手续费，多次联系未果。", 28),
		"amount_in_dispute": map[string]any{"amount": "12.00", "currency": "CNY"}}
}

func (s *server) intake() (string, error) {
	made, err := s.call("POST", "/v1/complaints", s.key, s.complaint())
	if err != nil {
		return "", err
	}
	return made["id"].(string), nil
}

func (s *server) batch(n int) error {
	all := make([]any, n)
	for i := range all {
		all[i] = s.complaint()
	}
	_, err := s.send("POST", "/v1/complaint-batches", s.key, map[string]any{"complaints": all})
	return err
}

func (s *server) get(path string) error {
	_, err := s.send("GET", path, s.key, nil)
	return err
}

// intakes registers complaints, to be worked on.
func (s *server) intakes(n int) ([]string, error) {
	ids := make([]string, n)
	made := gather(16, func(worker, call int) (bool, error) {
		i := call*16 + worker
		if i >= n {
			return false, nil
		}
		var err error
		ids[i], err = s.intake()
		return i+16 < n, err
	})
	return ids, made.err
}

// accept accepts each of the complaints.
func (s *server) accept(ids []string) result {
	return gather(16, func(worker, call int) (bool, error) {
		i := call*16 + worker
		_, err := s.send("POST", "/v1/complaints/"+ids[i]+"/acceptance", s.handler, nil)
		return i+16 < len(ids), err
	})
}
